/**
 * One stream of random numbers for each kind of disturbance.
 * @module
 */
import { Random, type RandomState } from "../../core/random.ts";

const names = ["noise", "joint-noise", "jitter", "drop", "sticky", "dropout"] as const;
type StreamName = (typeof names)[number];

export class RandomStreams {
  readonly #streams: Map<StreamName, Random>;

  constructor(random: Random) {
    this.#streams = new Map(names.map((name) => [name, random.fork(name)]));
  }

  get noise(): Random {
    return this.#stream("noise");
  }
  get jointNoise(): Random {
    return this.#stream("joint-noise");
  }
  get jitter(): Random {
    return this.#stream("jitter");
  }
  get drop(): Random {
    return this.#stream("drop");
  }
  get sticky(): Random {
    return this.#stream("sticky");
  }
  get dropout(): Random {
    return this.#stream("dropout");
  }

  save(): readonly RandomState[] {
    return names.map((name) => this.#stream(name).state());
  }

  load(states: readonly RandomState[]): void {
    names.forEach((name, i) => this.#streams.set(name, Random.fromState(states[i]!)));
  }

  #stream(name: StreamName): Random {
    return this.#streams.get(name)!;
  }
}
