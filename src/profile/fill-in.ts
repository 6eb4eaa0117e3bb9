/**
 * What a profile leaves to its morphology: the robot and the world of one of ours, its directions and periods.
 * @module
 */
import type { ProfileFile, RobotProfile } from "./profile.ts";
import { standInFor } from "./morphologies.ts";

/** A fault of a profile, and the key that it stands at. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly problem: string;
  /** A name that nothing here is near to: it may belong to what did not load. */
  readonly unheardOf?: boolean;
}

/** Without the file that it stands in, which is not at hand any more once a robot is built. */
export function issueLine(profile: string, { path, problem }: Issue): string {
  return `profile ${profile}: '${path.join(".")}': ${problem}`;
}

export interface FilledIn {
  readonly profile: RobotProfile;
  /** Whether one of our robots stands in. */
  readonly standIn: boolean;
  readonly issues: readonly Issue[];
}

const nothing = { gripper: false, branches: [], home: {}, frozen: {}, joint_limits: {} } as const;
const own = { backend: "mujoco", directions: { forward: "+y", left: "-x" }, control_period_ms: 2, chunk_ms: 100 } as const;

/** `shipped`: one of our own profiles by name, with the paths of its files as seen from anywhere. */
export function filledIn(file: ProfileFile, shipped: (name: string) => RobotProfile): FilledIn {
  const { backend, robot, urdf, ...rest } = file;
  const issues: Issue[] = [];
  if (urdf !== undefined && robot?.urdf !== undefined)
    issues.push({ path: ["urdf"], problem: "stands beside robot.urdf; keep one of the two" });
  if (backend?.randomized !== undefined && file.randomized !== undefined)
    issues.push({ path: ["randomized"], problem: "stands beside backend randomized; keep one of the two" });
  const randomized = file.randomized ?? backend?.randomized;
  const described = {
    ...(urdf === undefined ? {} : { urdf }),
    ...modelOf(backend?.model),
    ...(backend?.tip === undefined ? {} : { tip_site: backend.tip }),
  };
  const disturbed = randomized === undefined ? {} : { randomized };
  const common = { ...rest, ...disturbed };
  if (robot !== undefined || "urdf" in described || "mjcf" in described)
    return {
      profile: {
        ...own,
        ...given(common),
        backend: backend?.kind ?? own.backend,
        robot: { ...nothing, ...robot, ...described },
      } as RobotProfile,
      standIn: false,
      issues,
    };
  const model = shipped(standInFor(file.morphology ?? "custom", file.categories));
  const { directions, control_period_ms, chunk_ms, world, cameras, range_sensor, battery } = model;
  const profile = {
    ...given({ directions, control_period_ms, chunk_ms, world, range_sensor, battery }),
    ...given(common),
    cameras: common.cameras.length > 0 ? common.cameras : cameras,
  };
  return { profile: { ...profile, backend: backend?.kind ?? "kinematic", robot: model.robot } as RobotProfile, standIn: true, issues };
}

function modelOf(model: string | undefined): { readonly urdf?: string; readonly mjcf?: string } {
  if (model === undefined) return {};
  return /\.urdf$/i.test(model) ? { urdf: model } : { mjcf: model };
}

function given<Keys extends object>(keys: Keys): Partial<Keys> {
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)) as Partial<Keys>;
}
