/**
 * The world as plain data, in the world frame, metres and radians: what a world file holds after parsing.
 * Backends build physics from it, the gates build obstacles from it, the language policy takes its nouns from it.
 * @module
 */
import type { Vec3 } from "./vec3.ts";

export type ShapeSpec =
  | { readonly kind: "box"; readonly centerM: Vec3; readonly halfM: Vec3; readonly yawRad?: number }
  | { readonly kind: "sphere"; readonly centerM: Vec3; readonly radiusM: number }
  | { readonly kind: "capsule"; readonly fromM: Vec3; readonly toM: Vec3; readonly radiusM: number }
  /** Upright: the axis is world z. */
  | { readonly kind: "cylinder"; readonly centerM: Vec3; readonly radiusM: number; readonly halfHeightM: number }
  /** Everything where `normal · p + offsetM >= 0`: the normal points into the solid side. */
  | { readonly kind: "half-space"; readonly normal: Vec3; readonly offsetM: number };

/** Solid and immovable: a table, the walls of a bin. */
export interface FixtureSpec {
  readonly name: string;
  readonly shapes: readonly ShapeSpec[];
  readonly rgba?: readonly [number, number, number, number];
}

/** A volume no link may enter; not solid, so only the gates keep the robot out. */
export interface ZoneSpec {
  readonly name: string;
  readonly shape: ShapeSpec;
}

/** A free body, shape centred on its own frame. */
export interface ObjectSpec {
  readonly name: string;
  /** Other words for it, lower case: "red cube", "red block". */
  readonly aliases: readonly string[];
  readonly shape:
    | { readonly kind: "box"; readonly halfM: Vec3 }
    | { readonly kind: "sphere"; readonly radiusM: number }
    | { readonly kind: "cylinder"; readonly radiusM: number; readonly halfHeightM: number };
  readonly positionM: Vec3;
  readonly yawRad: number;
  readonly massKg: number;
  readonly rgba: readonly [number, number, number, number];
}

/** A named spot to go to or to put things: `positionM` is where an object's base rests. */
export interface PlaceSpec {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly positionM: Vec3;
}

/** Somebody who walks about, as an upright capsule: sensed, not solid, and no obstacle to the gates. */
export interface PersonSpec {
  readonly name: string;
  readonly heightM: number;
  readonly radiusM: number;
  /** Where the feet are at a time of the episode, s and m, times rising: straight and steady in between, standing before and after. */
  readonly walk: readonly { readonly atS: number; readonly feetM: Vec3 }[];
}

export interface WorldSpec {
  readonly name: string;
  /** The tip stays inside, bounds included. */
  readonly workspace: { readonly minM: Vec3; readonly maxM: Vec3 };
  readonly fixtures: readonly FixtureSpec[];
  readonly zones: readonly ZoneSpec[];
  readonly objects: readonly ObjectSpec[];
  readonly places: readonly PlaceSpec[];
  /** Everybody there is, for a simulated sensor. Absent: nobody knows; empty: nobody is there. */
  readonly people?: readonly PersonSpec[];
  /** Objects start up to this far from where they are listed, drawn from the episode's seed. */
  readonly scatter?: { readonly positionM: number; readonly yawRad: number };
}
