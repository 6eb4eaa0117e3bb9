/**
 * The built-in primitives, and which of them a robot can carry out: what it cannot is left out, so that asking for it is refused by name.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { Primitive } from "../primitive.ts";
import { Body, type BodyJoints } from "./body.ts";
import { drivePrimitives } from "./drive.ts";
import { flyPrimitives } from "./fly.ts";
import { gesturePrimitives, type Arms, type Head } from "./gesture.ts";
import { pick, place, setGripper, toggleTool } from "./grasp.ts";
import { lookPrimitives, type Offered } from "./look.ts";
import { followTrajectory, goHome, moveRelative, moveTo, setJoint } from "./move.ts";
import { emitEvent, getStatus, scan, stop, wait } from "./sense.ts";
import { walkPrimitives, type Postures } from "./walk.ts";

export interface CatalogueRobot {
  readonly gripper: boolean;
  /** Joints that carry the whole robot through the world. */
  readonly body?: BodyJoints | undefined;
  readonly postures?: Postures | undefined;
  /** What it can be asked to look with. */
  readonly sensors?: Offered | undefined;
  /** Whether it reports one. */
  readonly battery?: boolean;
  readonly head?: Head | undefined;
  readonly arms?: Arms | undefined;
}

/** Groups of the library that a profile can ask for: spec runtime.md §7.2. */
export const categoryNames = ["mobile_base", "quadruped", "humanoid", "aerial", "dexterous", "sensing", "generic"] as const;
export type Category = (typeof categoryNames)[number];

const everywhere = [moveTo, moveRelative, followTrajectory, goHome, setJoint, scan, wait, getStatus, stop];
const withGripper = [pick, place, setGripper, toggleTool];

/** Names of the library, whether a robot has them or not: what users bring has others. */
export const libraryNames: ReadonlySet<string> = new Set(
  [...everywhere, ...withGripper]
    .map(({ name }) => name)
    .concat("drive", "goto", "rotate", "sit", "stand", "lie_down", "walk_to", "wave", "look_at", "point_at", "nod", "takeoff", "land")
    .concat("fly_to", "hover", "sense", "scan_360", "take_photo", "read_battery", "emit_event"),
);

/** Everything that an arm can do; of a profile that names categories, those of its categories, each once. */
export function cataloguePrimitives(robot: CatalogueRobot, categories: readonly Category[] = []): readonly Primitive[] {
  if (categories.length === 0) return [...everywhere, ...(robot.gripper ? withGripper : []), ...looking(robot)];
  const chosen = new Map<string, Primitive>();
  for (const category of categories) for (const primitive of ofCategory(category, robot)) chosen.set(primitive.name, primitive);
  return [...chosen.values()];
}

/** What there is a sensor for. */
function looking({ sensors = { cameras: [], ranges: false }, battery = false }: CatalogueRobot): readonly Primitive[] {
  const { sense, scan360, takePhoto, readBattery } = lookPrimitives(sensors);
  return [
    ...(sensors.cameras.length > 0 ? [takePhoto, sense] : []),
    ...(sensors.ranges ? [scan360] : []),
    ...(battery ? [readBattery] : []),
  ];
}

/** @throws ClearanceError `config.invalid` where the robot has not what the category moves, or there is no such category */
function ofCategory(category: Category, { gripper, body, postures, sensors, head, arms }: CatalogueRobot): readonly Primitive[] {
  switch (category) {
    case "mobile_base":
      return [...drivePrimitives(new Body(needed(category, "robot.body", body))), stop];
    case "quadruped":
      return [...walkPrimitives(new Body(needed(category, "robot.body", body)), needed(category, "robot.postures", postures)), stop];
    case "humanoid":
      needed(category, "robot.head or robot.arms", head ?? arms);
      return gesturePrimitives({ head, arms });
    case "aerial": {
      const joints = needed(category, "robot.body", body);
      needed(category, "robot.body.z", joints.z);
      return flyPrimitives(new Body(joints));
    }
    case "dexterous":
      return gripper ? [setJoint, setGripper] : [setJoint];
    case "sensing": {
      needed(category, "cameras", sensors?.cameras[0]);
      const offered = needed(category, "range_sensor (for scan_360)", sensors?.ranges === true ? sensors : undefined);
      const { sense, scan360, takePhoto, readBattery } = lookPrimitives(offered);
      return [sense, scan360, takePhoto, readBattery];
    }
    case "generic":
      return [wait, emitEvent];
    default:
      return refuse(category satisfies never, `there is no category '${String(category)}'; known: ${categoryNames.join(", ")}`);
  }
}

function needed<T>(category: Category, key: string, value: T | undefined): T {
  if (value !== undefined) return value;
  return refuse(category, `category ${category} needs ${key}, which the profile does not give`);
}

function refuse(category: string, problem: string): never {
  throw new ClearanceError("config.invalid", problem, { source: category, problems: [problem] });
}
