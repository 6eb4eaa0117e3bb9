import { analysisMutants } from "./analysis.ts";
import { bodyMutants } from "./bodies.ts";
import { pointMutants } from "./points.ts";
import { manifestMutants } from "./manifest.ts";
import { channelMutants } from "./channel.ts";
import { stopMutants } from "./stop.ts";
import { judgeMutants } from "./judge.ts";
import { runtimeMutants } from "./runtime.ts";
import { modelMutants } from "./models.ts";
import { gradedMutants } from "./graded.ts";
import { inFile, type Mutant } from "./mutant.ts";

export const mutants: readonly Mutant[] = [
  ...analysisMutants,
  ...manifestMutants,
  ...channelMutants,
  ...stopMutants,
  ...judgeMutants,
  ...gradedMutants,
  ...runtimeMutants,
  ...modelMutants,
  ...bodyMutants,
  ...pointMutants,
  ...inFile(
    "src/runtime/sound-observation.ts",
    ["src/runtime/sound-observation.test.ts"],
    [
      ["if (!(seq > this.#lastSeq))", "if (seq < this.#lastSeq)"],
      ["if (!(atMs >= this.#lastAtMs))", "if (false)"],
      ["if (!(atMs <= nowMs + aheadMs))", "if (atMs > nowMs + 2 * aheadMs)"],
      ["values.length !== length", "values.length < length"],
      ["if (!Number.isFinite(values[i]))", "if (Number.isNaN(values[i]))"],
      ["norm += typeof part", "norm = typeof part"],
      ["age >= 0 &&", ""],
    ],
  ),
  ...inFile(
    "src/runtime/sound-clock.ts",
    ["src/runtime/sound-clock.test.ts"],
    [
      ["shown < Infinity", "true"],
      ["this.#problem ??=", "this.#problem ="],
    ],
  ),
];
