/**
 * What goes wrong, how often. Everything 0 or empty unless given.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";

export interface RandomizedConfig {
  /** Standard deviation added to each coordinate of the tip's position, m. */
  readonly posNoiseStdM?: number;
  /** Standard deviation added to each measured joint, rad or m. */
  readonly jointNoiseStdRad?: number;
  /** Standard deviation of the wait before a command, s; only the positive half waits. */
  readonly timingJitterS?: number;
  /** Probability that a command does not reach the machine. */
  readonly actionDropProb?: number;
  /** Probability that the command before is carried out instead. */
  readonly stickyActionProb?: number;
  /** Sources that may be missing from an observation: `joints`, `objects`, `gripper`. */
  readonly snapshotDropout?: readonly string[];
  /** Probability for each of them. */
  readonly snapshotDropoutProb?: number;
}

export const droppableSources = ["joints", "objects", "gripper"] as const;
export type DroppableSource = (typeof droppableSources)[number];

/** Every field present and sound. */
export interface Disturbances extends Required<RandomizedConfig> {
  readonly snapshotDropout: readonly DroppableSource[];
}

/** Compatible names (spec geometry-and-backends §7) and ours. */
const compatibleNames: ReadonlyMap<string, keyof RandomizedConfig> = new Map([
  ["pos_noise_std", "posNoiseStdM"],
  ["joint_noise_std", "jointNoiseStdRad"],
  ["timing_jitter_s", "timingJitterS"],
  ["action_drop_prob", "actionDropProb"],
  ["sticky_action_prob", "stickyActionProb"],
  ["snapshot_dropout", "snapshotDropout"],
  ["snapshot_dropout_prob", "snapshotDropoutProb"],
]);

/** Fields of the reference's snapshots, and the source each comes from. */
const compatibleSources: ReadonlyMap<string, DroppableSource> = new Map([
  ["position", "joints"],
  ["q", "joints"],
  ["held_object", "gripper"],
  ...droppableSources.map((source) => [source, source] as const),
]);

/**
 * A configuration as a profile writes it, compatible names. Unknown names, and values of the wrong kind, are errors.
 * @throws ClearanceError `config.invalid` with every problem
 */
export function parseRandomizedConfig(raw: Readonly<Record<string, unknown>>): RandomizedConfig {
  const problems: string[] = [];
  const config: Partial<Record<keyof RandomizedConfig, unknown>> = {};
  for (const [name, value] of Object.entries(raw)) {
    const ours = compatibleNames.get(name);
    if (ours === undefined) problems.push(`unknown setting ${name}; there are ${[...compatibleNames.keys()].join(", ")}`);
    else config[ours] = value;
  }
  return soundConfig(config, problems);
}

/** @throws ClearanceError `config.invalid` with every problem */
export function soundConfig(config: { readonly [Name in keyof RandomizedConfig]?: unknown }, found: readonly string[] = []): Disturbances {
  const problems = [...found];
  const number = (name: keyof RandomizedConfig, highest: number): number => {
    const value = config[name] ?? 0;
    if (typeof value === "number" && value >= 0 && value <= highest) return value;
    problems.push(`${name} must be a number in [0, ${highest}], got ${typeof value === "number" ? value : typeof value}`);
    return 0;
  };
  const sources = (): readonly DroppableSource[] => {
    const names: unknown = config.snapshotDropout ?? [];
    if (!Array.isArray(names)) {
      problems.push("snapshotDropout must be a list of names");
      return [];
    }
    return names.flatMap((name: unknown) => {
      const source = typeof name === "string" ? compatibleSources.get(name) : undefined;
      if (source === undefined)
        problems.push(`nothing called ${String(name)} can be dropped; there are ${[...compatibleSources.keys()].join(", ")}`);
      return source === undefined ? [] : [source];
    });
  };
  const sound: Disturbances = Object.freeze({
    posNoiseStdM: number("posNoiseStdM", 10),
    jointNoiseStdRad: number("jointNoiseStdRad", 10),
    timingJitterS: number("timingJitterS", 60),
    actionDropProb: number("actionDropProb", 1),
    stickyActionProb: number("stickyActionProb", 1),
    snapshotDropout: Object.freeze([...new Set(sources())]),
    snapshotDropoutProb: number("snapshotDropoutProb", 1),
  });
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `randomized backend: ${problems.join("; ")}`, { source: "randomized", problems });
  return sound;
}
