/**
 * Actions as models give them are normalised by their training data; the data's statistics bring them back to metres and radians.
 * @module
 */
import * as z from "zod";
import { ClearanceError } from "../../core/errors.ts";

/** Row by row in place; numbers beyond the statistics stay as they are. */
export type Unnormalise = (actions: Float64Array, width: number) => void;

const numbers = z.array(z.number()).min(1).max(256);
const statistics = z.object({
  mean: numbers.optional(),
  std: numbers.optional(),
  q01: numbers.optional(),
  q99: numbers.optional(),
  /** False: this number is not normalised, as a gripper's often is not. */
  mask: z.array(z.boolean()).optional(),
});
const openpiFile = z.object({ norm_stats: z.object({ actions: statistics }) });
const openvlaFile = z.record(z.string(), z.object({ action: statistics }));

/** openpi's, against a span of zero; OpenVLA has none. */
const openpiEpsilon = 1e-6;

export interface StatisticsOptions {
  /** Named in errors. */
  readonly where: string;
  /** The data set of OpenVLA's `dataset_statistics.json`; may be left out where there is one. */
  readonly dataset?: string;
}

/**
 * Reads OpenVLA's `dataset_statistics.json` or openpi's `norm_stats.json`. Quantiles where the file has them: a number x in [-1, 1]
 * becomes (x + 1) / 2 · (q99 - q01) + q01; else x · std + mean.
 * @throws ClearanceError `format.invalid`, one line
 */
export function parseStatistics(text: string, { where, dataset }: StatisticsOptions): Unnormalise {
  const refuse = (problem: string): never => {
    throw new ClearanceError("format.invalid", `${where}: ${problem}`, { where, problem });
  };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return refuse("it is not JSON");
  }
  const openpi = openpiFile.safeParse(raw);
  if (openpi.success)
    return (
      unnormaliseBy(openpi.data.norm_stats.actions, openpiEpsilon) ??
      refuse("actions have neither q01 and q99 nor mean and std of one length")
    );
  const openvla = openvlaFile.safeParse(raw);
  if (!openvla.success) return refuse("it holds neither norm_stats.actions (openpi) nor DATASET.action (OpenVLA)");
  const names = Object.keys(openvla.data);
  const name = dataset ?? (names.length === 1 ? names[0] : undefined);
  const chosen = name !== undefined && Object.hasOwn(openvla.data, name) ? openvla.data[name] : undefined;
  if (chosen === undefined) return refuse(`name one of its data sets: ${names.join(", ")}`);
  return unnormaliseBy(chosen.action, 0) ?? refuse(`${name}.action has neither q01 and q99 nor mean and std of one length`);
}

function unnormaliseBy({ mean, std, q01, q99, mask }: z.output<typeof statistics>, epsilon: number): Unnormalise | undefined {
  if (q01 !== undefined && q99 !== undefined && q01.length === q99.length)
    return affine(
      q01.map((low, i) => (q99[i]! - low + epsilon) / 2),
      q01.map((low, i) => low + (q99[i]! - low + epsilon) / 2),
      mask,
    );
  if (mean === undefined || std === undefined || mean.length !== std.length) return undefined;
  return affine(
    std.map((width) => width + epsilon),
    mean,
    mask,
  );
}

function affine(factors: readonly number[], offsets: readonly number[], mask: readonly boolean[] = []): Unnormalise {
  return (actions, width) => {
    for (let i = 0; i < actions.length; i++) {
      const column = i % width;
      const [factor, offset] = [factors[column], offsets[column]];
      if (factor === undefined || offset === undefined || mask[column] === false) continue;
      actions[i] = actions[i]! * factor + offset;
    }
  };
}
