/**
 * From the numbers of one action to intents, and never to more motion than they say.
 * @module
 */
import type { JsonObject } from "../../core/json.ts";
import type { Observation } from "../../core/observation.ts";
import { distance, type Vec3 } from "../../core/vec3.ts";

export interface DecodedIntent {
  readonly name: string;
  readonly args: JsonObject;
  /** What the gripper is once this was carried out; absent for a motion. */
  readonly gripperClosed?: boolean;
}

export type Decoded =
  /** One, or a gripper's and then a motion. */
  | { readonly kind: "intents"; readonly intents: readonly DecodedIntent[] }
  /** The action asks for nothing. */
  | { readonly kind: "none" }
  /** Too few numbers, or one that is not finite. */
  | { readonly kind: "malformed"; readonly problem: string }
  /** What was measured does not suffice, or the action asks for what cannot be done. */
  | { readonly kind: "error"; readonly problem: string };

export interface ActionDecoder {
  readonly name: string;
  /** Column of the gripper, which is never averaged between chunks. */
  readonly gripperDim: number;
  decode(action: ArrayLike<number>, observation: Observation): Decoded;
  /** Called when a gripper's intent came to `ok`; until then the edge stays. */
  gripperIs(closed: boolean): void;
}

export interface DecoderOptions {
  readonly name?: string;
  /** Metres (or radians) for each unit of the action. */
  readonly deltaScale?: number;
  /** A motion whose every component is smaller is none, m. */
  readonly deadband?: number;
  readonly gripperDim?: number;
  readonly gripperThreshold?: number;
  /** Which side of the threshold means closed; models trained on BridgeData close below. */
  readonly gripperCloses?: "above" | "below";
  /** Whether the gripper is closed at the beginning. */
  readonly lastGripper?: boolean;
  /** What a closing gripper takes: a name, or how to choose one. */
  readonly graspTarget?: string | ((observation: Observation) => string);
}

/** The name that stands for "whatever is there" where nobody chooses. */
export const unnamedTarget = "vla_target";

/** The object whose middle is nearest to the tip; `vla_target`, which is none, where nothing is within `maxM`. */
export function nearestObject(maxM = 0.3): (observation: Observation) => string {
  return ({ objects, worldFromTip }) => {
    const near = objects
      .map(({ name, worldFromObject }) => ({ name, m: distance(worldFromObject.position, worldFromTip.position) }))
      .filter(({ m }) => m <= maxM)
      .sort((a, b) => a.m - b.m);
    return near[0]?.name ?? unnamedTarget;
  };
}

/** `[dx, dy, dz, …]` in world axes, added to the measured tip; numbers 3 to 5 are ignored. */
export function deltaXyzDecoder(options: DecoderOptions = {}): ActionDecoder {
  const { deltaScale = 1 } = options;
  return decoderOf("delta-xyz", options, 3, (action, tip) =>
    moved(
      tip,
      [0, 1, 2].map((i) => action[i]! * deltaScale),
    ),
  );
}

/** `[x, y, z, …]` in the world frame, m. */
export function absoluteXyzDecoder(options: DecoderOptions = {}): ActionDecoder {
  const { deltaScale = 1 } = options;
  return decoderOf("absolute-xyz", options, 3, (action, tip) =>
    moved(
      tip,
      [0, 1, 2].map((i) => action[i]! * deltaScale - tip[i]!),
    ),
  );
}

export interface DeltaPoseOptions extends DecoderOptions {
  /** Radians for each unit of numbers 3 to 5. */
  readonly rotationScale?: number;
  /** The tip turns about the vertical alone; an action that tilts it by more is an error, rad. */
  readonly maxTiltRad?: number;
}

/** `[dx, dy, dz, rx, ry, rz, …]`: numbers 3 to 5 are a turn as axis times angle, in world axes. */
export function deltaPoseDecoder(options: DeltaPoseOptions = {}): ActionDecoder {
  const { deltaScale = 1, rotationScale = 1, maxTiltRad = 0.02, deadband = 1e-3 } = options;
  return decoderOf("delta-pose", options, 6, (action, tip) => {
    const [rx, ry, rz] = [3, 4, 5].map((i) => action[i]! * rotationScale) as [number, number, number];
    if (!(Math.abs(rx) <= maxTiltRad && Math.abs(ry) <= maxTiltRad))
      return "the action tilts the tip, which turns about the vertical alone";
    const { args, largest } = moved(
      tip,
      [0, 1, 2].map((i) => action[i]! * deltaScale),
    );
    const turns = Math.abs(rz) >= deadband;
    return { args: turns ? { ...args, yaw: rz } : args, largest: Math.max(largest, Math.abs(rz)) };
  });
}

interface Motion {
  readonly args: JsonObject;
  /** Largest component, m or rad. */
  readonly largest: number;
}

function moved(tip: Vec3, delta: readonly number[]): Motion {
  const [dx, dy, dz] = [delta[0]!, delta[1]!, delta[2]!];
  const args = { x: tip[0] + dx, y: tip[1] + dy, z: tip[2] + dz };
  return { args, largest: Math.max(Math.abs(dx), Math.abs(dy), Math.abs(dz)) };
}

function decoderOf(
  kind: string,
  options: DecoderOptions,
  minWidth: number,
  motionOf: (action: ArrayLike<number>, tip: Vec3) => Motion | string,
): ActionDecoder {
  const {
    name = kind,
    deadband = 1e-3,
    gripperDim = 6,
    gripperThreshold = 0.5,
    gripperCloses = "above",
    graspTarget = unnamedTarget,
  } = options;
  let closed = options.lastGripper ?? false;

  const edge = (action: ArrayLike<number>, observation: Observation): readonly DecodedIntent[] => {
    const value = action[gripperDim];
    if (value === undefined) return [];
    const close = gripperCloses === "above" ? value > gripperThreshold : value < gripperThreshold;
    if (close === closed) return [];
    if (!close) return [{ name: "place", args: {}, gripperClosed: false }];
    const object = typeof graspTarget === "string" ? graspTarget : graspTarget(observation);
    return [{ name: "pick", args: { object }, gripperClosed: true }];
  };

  return {
    name,
    gripperDim,
    decode(action, observation) {
      if (!(action.length >= minWidth))
        return { kind: "malformed", problem: `the action has ${action.length} numbers; ${minWidth} at least` };
      const bad = Array.from(action).findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) return { kind: "malformed", problem: `number ${bad} of the action is not finite` };
      const tip = tipOf(observation);
      if (tip === undefined) return { kind: "error", problem: "state has no position" };
      const motion = motionOf(action, tip);
      if (typeof motion === "string") return { kind: "error", problem: motion };
      const moves = motion.largest >= deadband ? [{ name: "move_to", args: motion.args }] : [];
      const intents = [...edge(action, observation), ...moves];
      return intents.length === 0 ? { kind: "none" } : { kind: "intents", intents };
    },
    gripperIs(now) {
      closed = now;
    },
  };
}

/** The type says that there is one; what was measured may say otherwise. */
function tipOf({ worldFromTip }: { readonly worldFromTip?: { readonly position?: Vec3 } }): Vec3 | undefined {
  const position = worldFromTip?.position;
  return position !== undefined && position.length === 3 && position.every((value) => Number.isFinite(value)) ? position : undefined;
}
