/**
 * What sensors with noise and gaps report of what is there.
 * @module
 */
import type { Observation } from "../../core/observation.ts";
import type { Random } from "../../core/random.ts";
import { vec3, type Vec3 } from "../../core/vec3.ts";
import type { RandomStreams } from "./random-streams.ts";
import type { Disturbances, DroppableSource } from "./randomized-config.ts";

/** The parts of an observation that each source delivers. */
type Heard = Pick<Observation, "qRad" | "qdRadPerS" | "worldFromTip" | "tipSpeedMps" | "gripper" | "objects">;

export class DisturbedSenses {
  readonly #config: Disturbances;
  readonly #streams: RandomStreams;
  /** What each source said last; before it said anything, what it would have said first. */
  #heard: Heard | undefined;

  constructor(config: Disturbances, streams: RandomStreams) {
    this.#config = config;
    this.#streams = streams;
  }

  /**
   * The observation as sensed, `laterMs` after the time it bears; the very object when nothing disturbs it. A source that drops out
   * has no age, which is how gates know that they know nothing; its values are those last heard.
   */
  report(seen: Observation, laterMs: number): Observation {
    const { posNoiseStdM, jointNoiseStdRad, snapshotDropout, snapshotDropoutProb } = this.#config;
    const dropping = snapshotDropout.length > 0 && snapshotDropoutProb > 0;
    if (posNoiseStdM === 0 && jointNoiseStdRad === 0 && !dropping && laterMs === 0) return seen;
    const noisy: Observation = {
      ...seen,
      atMs: seen.atMs + laterMs,
      qRad: jointNoiseStdRad === 0 ? seen.qRad : noisyNumbers(seen.qRad, jointNoiseStdRad, this.#streams.jointNoise),
      worldFromTip:
        posNoiseStdM === 0
          ? seen.worldFromTip
          : Object.freeze({ ...seen.worldFromTip, position: noisyPoint(seen.worldFromTip.position, posNoiseStdM, this.#streams.noise) }),
    };
    const missing = dropping ? snapshotDropout.filter(() => this.#streams.dropout.next() < snapshotDropoutProb) : [];
    return Object.freeze(this.#without(noisy, missing));
  }

  save(): Heard | undefined {
    return this.#heard;
  }

  load(heard: Heard | undefined): void {
    this.#heard = heard;
  }

  #without(noisy: Observation, missing: readonly DroppableSource[]): Observation {
    const { qRad, qdRadPerS, worldFromTip, tipSpeedMps, gripper, objects } = noisy;
    const now: Heard = { qRad, qdRadPerS, worldFromTip, tipSpeedMps, objects, ...(gripper && { gripper }) };
    const before = this.#heard ?? now;
    const heard: Heard = {
      ...(missing.includes("joints") ? joints(before) : joints(now)),
      objects: missing.includes("objects") ? before.objects : objects,
      ...(missing.includes("gripper") && before.gripper ? { gripper: before.gripper } : gripper && { gripper }),
    };
    this.#heard = heard;
    if (missing.length === 0) return noisy;
    const silent = new Set<string>(missing);
    // The pose of the tip comes from the joints.
    if (silent.has("joints")) silent.add("tip");
    const ageMs = Object.fromEntries(Object.entries(noisy.ageMs).filter(([source]) => !silent.has(source)));
    return { ...noisy, ...heard, ageMs: Object.freeze(ageMs) };
  }
}

function joints({ qRad, qdRadPerS, worldFromTip, tipSpeedMps }: Heard): Pick<Heard, "qRad" | "qdRadPerS" | "worldFromTip" | "tipSpeedMps"> {
  return { qRad, qdRadPerS, worldFromTip, tipSpeedMps };
}

function noisyNumbers(values: readonly number[], std: number, random: Random): readonly number[] {
  return Object.freeze(values.map((value) => value + random.normal(0, std)));
}

function noisyPoint([x, y, z]: Vec3, std: number, random: Random): Vec3 {
  return vec3(x + random.normal(0, std), y + random.normal(0, std), z + random.normal(0, std));
}
