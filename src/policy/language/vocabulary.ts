import { ClearanceError } from "../../core/errors.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { WorldSpec } from "../../core/world-spec.ts";

/** Something a sentence can name. `red_cube` is also heard as "red cube"; aliases are further words for it. */
export interface Noun {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** `positionM` is where an object's base rests, world frame. */
export interface PlaceNoun extends Noun {
  readonly positionM: Vec3;
}

export type HorizontalAxis = "+x" | "-x" | "+y" | "-y";

/** What "forward" and "left" mean, as axes of the world frame; back and right are their opposites, up is +z. */
export interface Directions {
  readonly forward: HorizontalAxis;
  readonly left: HorizontalAxis;
}

/** A gantry seen from the front: right +x, left -x, forward +y, back -y, up +z, down -z. */
export const gantryDirections: Directions = Object.freeze({ forward: "+y", left: "-x" });

/** An arm that looks along +x, as seen by the arm: forward +x, left +y. */
export const armDirections: Directions = Object.freeze({ forward: "+x", left: "+y" });

/** How a robot goes somewhere as a whole. */
export type Locomotion = "drives" | "walks" | "flies";

/** The words of one robot in one world. */
export interface Vocabulary {
  readonly objects: readonly Noun[];
  readonly places: readonly PlaceNoun[];
  /** Without one, taking and letting go switch the tool: `toggle_tool` instead of `pick`, `place` and `set_gripper`. */
  readonly robotHasGripper: boolean;
  /** Given for a robot that goes somewhere as a whole, in place of an arm that stays where it stands. */
  readonly locomotion?: Locomotion | undefined;
  /** Names of its cameras; without any it takes no photos. */
  readonly cameras?: readonly string[];
  /** Whether it can measure the distances all round. */
  readonly ranges?: boolean;
  /** Whether it can say how full its battery is. */
  readonly battery?: boolean;
  /** It stands, looks, points, waves and nods, and does nothing else. */
  readonly gestures?: boolean | undefined;
  /** It is moved joint by joint and opens its gripper; beside `locomotion`, what rides on a body that goes. */
  readonly byJoint?: boolean | undefined;
  /** Where the tip is not the middle of what goes: the joints that are its x, y and heading. */
  readonly body?: { readonly x: string; readonly y: string; readonly heading: string } | undefined;
  /** Those of `joints` that slide: told in metres. */
  readonly slides?: readonly string[];
  /** Joint names in order, for "set joint 2 to 45 degrees". */
  readonly joints?: readonly string[];
  /** {@link gantryDirections} unless given. */
  readonly directions?: Directions;
}

/** The nouns of a world: its objects and its places. */
export function vocabularyFromWorld(
  world: Pick<WorldSpec, "objects" | "places">,
  robot: Omit<Vocabulary, "objects" | "places">,
): Vocabulary {
  return {
    objects: world.objects.map(({ name, aliases }) => ({ name, aliases })),
    places: world.places.map(({ name, aliases, positionM }) => ({ name, aliases, positionM })),
    ...robot,
  };
}

export type DirectionName = "forward" | "back" | "left" | "right" | "up" | "down";

/** Unit vector of each direction, world frame. Throws `config.invalid` when forward and left lie on one axis. */
export function directionVectors(directions: Directions): Readonly<Record<DirectionName, Vec3>> {
  const forward = axisVector(directions.forward);
  const left = axisVector(directions.left);
  if (!(forward[0] * left[0] + forward[1] * left[1] === 0)) {
    const problem = `directions: forward ${directions.forward} and left ${directions.left} lie on one axis; give one of them x and the other y`;
    throw new ClearanceError("config.invalid", problem, { source: "vocabulary", problems: [problem] });
  }
  return { forward, back: opposite(forward), left, right: opposite(left), up: [0, 0, 1], down: [0, 0, -1] };
}

function axisVector(axis: HorizontalAxis): Vec3 {
  switch (axis) {
    case "+x":
      return [1, 0, 0];
    case "-x":
      return [-1, 0, 0];
    case "+y":
      return [0, 1, 0];
    case "-y":
      return [0, -1, 0];
    default: {
      axis satisfies never;
      const problem = `directions: '${String(axis)}' is not an axis; use +x, -x, +y or -y`;
      throw new ClearanceError("config.invalid", problem, { source: "vocabulary", problems: [problem] });
    }
  }
}

function opposite(v: Vec3): Vec3 {
  return [0 - v[0], 0 - v[1], 0 - v[2]];
}
