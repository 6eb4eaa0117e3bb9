/**
 * Control points outside of their box, too fast from row to row, and faster all at once than their acceleration allows: what a working
 * geometry refuses, in poses that touch nothing. Found like those of contact-canaries.ts. A limit that no motion within the joints'
 * own limits breaks has no canary.
 * @module
 */
import { Random } from "../core/random.ts";
import { ContactSight } from "./contact-sight.ts";
import { JointSpan } from "./joint-span.ts";
import type { KernelOptions } from "./kernel-options.ts";

export interface TipCanary {
  readonly name: string;
  readonly expected: "workspace_xyz" | "ee_speed" | "ee_accel";
  readonly measuredRad: Float64Array;
  /** Shape `[nRows, nJoints]`. */
  readonly rowsRad: Float64Array;
}

export const tipCanaryPeriodMs = 10;
const periodS = tipCanaryPeriodMs / 1000;
/** Time over which the acceleration is measured (safety-kernel.md §5), s. */
const windowS = 0.1;
const nLooks = 400;
/** Share of the joints' speed caps that a motion keeps to. */
const slowShare = 0.9;
/** Outside of the box, or inside, by more than anything rounds, m. */
const clearlyM = 0.01;

/** A step that is refused as `expected` after rows at rest: a point goes farther than `leastM` in it, and no farther than `mostM`. */
interface Step {
  readonly expected: "ee_speed" | "ee_accel";
  readonly nStill: number;
  readonly leastM: number;
  readonly mostM: number;
}

/** From a fixed seed. None without control points, and none where the columns are not the robot's joints. */
export function tipCanaries({ solids, robot, modes }: KernelOptions): readonly TipCanary[] {
  if (solids?.controlPoints === undefined || solids.columns !== undefined || !modes.includes("joint_position")) return [];
  const sight = new ContactSight(solids);
  const random = new Random("tip canaries");
  const span = new JointSpan(robot);
  const fastest = span.capRadPerS.map((cap) => slowShare * periodS * cap);
  const found: TipCanary[] = [];
  let steps = stepsBeyond(solids);
  let leaves = solids.box !== undefined;
  for (let look = 0; look < nLooks && (leaves || steps.length > 0); look++) {
    const from = span.anywhere(random);
    const insideM = sight.points.insideM(from);
    const [outside, inside] = [leaves && insideM < -clearlyM, steps.length > 0 && insideM > clearlyM];
    if (!(outside || inside) || sight.of(from) !== "clear") continue;
    if (outside) {
      leaves = false;
      found.push(canary("workspace_xyz", [from]));
      continue;
    }
    const way = fastest.map((most) => (random.next() < 0.5 ? -most : most));
    const at = (share: number): Float64Array => span.beside(from, way, share);
    const farthestM = sight.points.movedM(from, at(1));
    steps = steps.filter(({ expected, nStill, leastM, mostM }) => {
      const to = at(Math.min(1, (1.05 * leastM) / farthestM));
      const movedM = sight.points.movedM(from, to);
      if (!(movedM > leastM && movedM < mostM && sight.of(to) === "clear" && sight.points.insideM(to) > clearlyM)) return true;
      found.push(canary(expected, [...Array.from({ length: nStill }, () => from), to]));
      return false;
    });
  }
  return found;
}

/** Those beyond one limit alone. */
function stepsBeyond({ eeSpeed }: NonNullable<KernelOptions["solids"]>): readonly Step[] {
  const { maxMps = Infinity, maxAccelMps2 = Infinity } = eeSpeed ?? {};
  const [speedM, changeM] = [maxMps * periodS, maxAccelMps2 * periodS * windowS];
  const steps: readonly Step[] = [
    // Too soon for an acceleration to be measured.
    { expected: "ee_speed", nStill: 1, leastM: 1.05 * speedM, mostM: Infinity },
    { expected: "ee_accel", nStill: 12, leastM: 1.05 * changeM, mostM: 0.95 * speedM },
  ];
  return steps.filter(({ leastM, mostM }) => leastM < mostM);
}

/** Measured where the first row is. */
function canary(expected: TipCanary["expected"], rows: readonly Float64Array[]): TipCanary {
  return {
    name: `control point: ${expected}`,
    expected,
    measuredRad: rows[0]!,
    rowsRad: Float64Array.from(rows.flatMap((row) => [...row])),
  };
}
