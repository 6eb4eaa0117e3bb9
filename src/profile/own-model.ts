/**
 * What a profile says of its own robot, for another robot that `--model` puts in its place: which joints play which part, what is left
 * out because the model has nothing for it, and where the floor is. Everything that says what is allowed holds as it stands.
 * @module
 */
import type { Carrier } from "../backend/mujoco/index.ts";
import { ClearanceError } from "../core/errors.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import { cataloguePrimitives } from "../intent/catalogue/catalogue.ts";
import { gestureNames } from "../intent/catalogue/gesture.ts";
import { postureNames } from "../intent/catalogue/walk.ts";
import { bodyChainOf, type BodyChain } from "../robot/body-chain.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { lowestPointM, standingClearanceM } from "../robot/ground-height.ts";
import type { LimitOverrides } from "../robot/kinematic-tree.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import { posedJoints } from "./body-joints.ts";
import type { LoadedProfile } from "./files.ts";
import { jointLimitsOf } from "./joint-limits.ts";
import type { RobotProfile } from "./profile.ts";

type Roles = RobotProfile["robot"];

/** Without bounds of its own a profile lets a body go so far, m. */
const unboundedM = 100;
/** Ten turns either way, rad. */
const turnsRad = 62.83185307179586;

/** A profile adapted to a model, and what the person who runs it should know of that. */
export interface Adapted {
  readonly profile: RobotProfile;
  /** Primitives that the profile's own robot has and this one does not. */
  readonly leftOut: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** Whether the profile's primitives move joints or a tip; of another body that goes somewhere only the body itself is moved. */
export function movesAnArm({ categories }: RobotProfile): boolean {
  return categories.length === 0 || categories.includes("dexterous");
}

/** How a base that floats is carried, for a profile whose robot goes somewhere as a whole. */
export function carrierFor({ body, postures }: Roles): Carrier | undefined {
  if (body === undefined) return undefined;
  const own = new Set(Object.values(body));
  const keep = [...new Set(posedJoints({ postures }))].filter((joint) => !own.has(joint));
  return { x: body.x, y: body.y, z: body.z ?? "z", heading: body.heading, keep };
}

/** The profile's joint limits for the joints of the same name or part; joints of a body that have no end get the profile's bounds. */
export function limitsFor(profile: RobotProfile, roles: Roles, robot: RobotModel): LimitOverrides {
  const written = jointLimitsOf({ robot: roles });
  const limits: Record<string, LimitOverrides[string]> = {};
  for (const name of robot.jointNames) if (Object.hasOwn(written, name)) limits[name] = written[name]!;
  const body = roles.body === undefined ? undefined : bodyIn(robot, roles.body);
  if (body === undefined || roles.body === undefined) return limits;
  for (const [axis, i] of [
    ["x", 0],
    ["y", 1],
    ["z", 2],
    ["heading", 3],
  ] as const) {
    const name = body[axis];
    const j = name === undefined ? -1 : robot.jointNames.indexOf(name);
    if (name === undefined || j < 0) continue;
    const bounds = profile.workspace_bounds;
    const [low, high] =
      i === 3 ? [-turnsRad, turnsRad] : bounds === undefined ? [i === 2 ? 0 : -unboundedM, unboundedM] : [bounds[0][i]!, bounds[1][i]!];
    limits[name] = {
      ...written[roles.body[axis] ?? ""],
      ...(Number.isFinite(robot.lowerRad[j]!) ? {} : { lowerRad: low }),
      ...(Number.isFinite(robot.upperRad[j]!) ? {} : { upperRad: high }),
    };
  }
  return limits;
}

/**
 * The profile as it runs with the model that stands in for its robot.
 * @throws ClearanceError `config.invalid` in one line, where the model lacks what every motion of the profile needs
 */
export function adapted(loaded: LoadedProfile, roles: Roles, collision: CollisionModel, hasGripper: boolean): Adapted {
  const { profile } = loaded;
  const { robot } = collision;
  const notes: string[] = [];
  const body = roles.body === undefined ? undefined : bodyIn(robot, roles.body);
  if (roles.body !== undefined && body === undefined) throw lacksBody(loaded, robot);
  if (profile.categories.includes("aerial") && body?.z === undefined) throw lacks(loaded, `${robot.name} has no slide along z to fly on`);
  const postures = body === undefined || roles.postures === undefined ? undefined : posturesIn(robot, roles.postures, body);
  const gripper = roles.gripper && hasGripper;
  const fitted = {
    ...profile,
    ...sensingOn(robot, profile, roles, notes),
    robot: { ...profile.robot, gripper, body, postures, ...limbsIn(robot, roles) },
  };
  const names = (of: Pick<Roles, "gripper" | "body" | "postures" | "head" | "arms">): readonly string[] =>
    cataloguePrimitives(of, movingOf(profile)).map(({ name }) => name);
  const wanted = names(roles);
  const present = new Set(names(fitted.robot));
  if (gripper && isLinkFrame(robot)) for (const name of ["pick", "place"]) present.delete(name);
  const leftOut = new Set(wanted.filter((name) => !present.has(name)));
  if (leftOut.size > 0) notes.push(`${robot.name} has nothing for ${[...leftOut].join(", ")}: ${whyNot(roles, gripper, leftOut, robot)}`);
  return { profile: withoutNames(fitted, leftOut, notes), leftOut, notes };
}

/**
 * What the profile looks with, on the links of another robot. What is on a link that it lacks is mounted on the body, where that goes
 * somewhere as a whole, and is left out of an arm.
 */
export function sensingOn(
  robot: RobotModel,
  { cameras, range_sensor }: RobotProfile,
  { body }: Roles,
  notes: string[] = [],
): Pick<RobotProfile, "cameras" | "range_sensor"> {
  const lacks = (link: string | undefined): boolean => link !== undefined && !robot.linkNames.includes(link);
  const onBody = body === undefined ? undefined : robot.linkNames[robot.tipLink];
  const mounted = <T extends { readonly link?: string | undefined }>(what: string, one: T): readonly T[] => {
    if (!lacks(one.link)) return [one];
    if (onBody !== undefined) return [{ ...one, link: onBody }];
    notes.push(`${what} is left out: ${robot.name} has no link '${one.link}' to carry it`);
    return [];
  };
  const [ring] = range_sensor === undefined ? [] : mounted("the range sensor", range_sensor);
  return { cameras: cameras.flatMap((camera) => mounted(`camera ${camera.name}`, camera)), range_sensor: ring };
}

/** Categories whose primitives depend on the robot's joints. */
function movingOf({ categories }: RobotProfile): RobotProfile["categories"] {
  const moving = categories.filter((category) => category !== "sensing");
  return categories.length > 0 && moving.length === 0 ? ["generic"] : moving;
}

/** Head and arms whose joints and links the model has. */
function limbsIn({ jointNames, linkNames }: RobotModel, { head, arms }: Roles): Pick<Roles, "head" | "arms"> {
  const has = (joints: readonly string[], links: readonly string[]): boolean =>
    joints.every((joint) => jointNames.includes(joint)) && links.every((link) => linkNames.includes(link));
  const whole = (one: Pick<Roles, "head" | "arms">): boolean => {
    const { joints, links } = gestureNames(one.head, one.arms);
    return has(joints, links);
  };
  const [right, left] = [arms?.right, arms?.left].map((arm) => (arm !== undefined && whole({ arms: { right: arm } }) ? arm : undefined));
  return {
    head: head !== undefined && whole({ head }) ? head : undefined,
    arms: right === undefined && left === undefined ? undefined : { right, left },
  };
}

/**
 * The world with its floor, if capsules of the robot reach nearer than `marginM` to it or into it, just under what they reach down to:
 * they are wider than a flat base.
 */
export function underFeet(world: WorldSpec, collision: CollisionModel, marginM: number, notes: string[]): WorldSpec {
  const lowest = lowestPointM(collision.robot, collision, collision.robot.homeRad);
  const fixtures = world.fixtures.map((fixture) => ({
    ...fixture,
    shapes: fixture.shapes.map((shape) => {
      if (shape.kind !== "half-space" || shape.normal[0] !== 0 || shape.normal[1] !== 0 || shape.normal[2] !== -1) return shape;
      if (!(lowest <= shape.offsetM + marginM && lowest > shape.offsetM - 0.5)) return shape;
      const offsetM = lowest - standingClearanceM;
      notes.push(`the capsules of its base reach below ${fixture.name}, which is taken ${(shape.offsetM - offsetM).toFixed(2)} m lower`);
      return { ...shape, offsetM };
    }),
  }));
  return { ...world, fixtures };
}

/** Under the profile's own names, else by what the first joints are. */
function bodyIn(robot: RobotModel, named: BodyChain | NonNullable<Roles["body"]>): BodyChain | undefined {
  const known = (name: string | undefined): boolean => name === undefined || robot.jointNames.includes(name);
  const { x, y, z, heading } = named;
  if ([x, y, z, heading].every(known)) return { x, y, heading, ...(z === undefined ? {} : { z }) };
  return bodyChainOf(robot);
}

/** Those whose joints the model has; standing is how the model's home has it. */
function posturesIn(robot: RobotModel, written: NonNullable<Roles["postures"]>, body: BodyChain): RobotProfile["robot"]["postures"] {
  const fits = (name: (typeof postureNames)[number]): boolean =>
    Object.entries(written[name] ?? {}).every(([joint, value]) => {
      const j = robot.jointNames.indexOf(joint);
      return j >= 0 && value >= robot.lowerRad[j]! && value <= robot.upperRad[j]!;
    });
  const carried = new Set<string | undefined>([body.x, body.y, body.heading]);
  const home = Object.fromEntries(
    robot.jointNames.flatMap((name, j): readonly (readonly [string, number])[] => (carried.has(name) ? [] : [[name, robot.homeRad[j]!]])),
  );
  return {
    stand: fits("stand") ? written.stand : home,
    ...(fits("sit") ? { sit: written.sit } : {}),
    ...(fits("lie_down") ? { lie_down: written.lie_down } : {}),
  };
}

function withoutNames(profile: RobotProfile, leftOut: ReadonlySet<string>, notes: string[]): RobotProfile {
  const gone = new Set(leftOut);
  const composites = profile.composites.filter(({ name, steps }) => {
    const missing = steps.filter((step) => gone.has(step));
    if (missing.length === 0) return true;
    gone.add(name);
    notes.push(`${name} is left out with its steps ${missing.join(", ")}`);
    return false;
  });
  const known = (key: "denied_primitives" | "hitl_primitives"): string[] => {
    const unknown = profile[key].filter((name) => gone.has(name));
    if (unknown.length > 0) notes.push(`${key} of profile ${profile.name} names ${unknown.join(", ")}, which this robot cannot do at all`);
    return profile[key].filter((name) => !gone.has(name));
  };
  return {
    ...profile,
    composites,
    denied_primitives: known("denied_primitives"),
    hitl_primitives: known("hitl_primitives"),
    per_primitive_cooldown: Object.fromEntries(Object.entries(profile.per_primitive_cooldown).filter(([name]) => !gone.has(name))),
  };
}

function whyNot(roles: Roles, gripper: boolean, leftOut: ReadonlySet<string>, robot: RobotModel): string {
  const reasons: string[] = [];
  if (roles.gripper && !gripper) reasons.push("no actuator of it is a gripper");
  if (gripper && leftOut.has("pick"))
    reasons.push(`no single site says where between the fingers it holds (the tip is ${robot.linkNames[robot.tipLink]})`);
  if (postureNames.some((name) => leftOut.has(name))) reasons.push("it lacks joints that the profile's postures name, or their range");
  return reasons.join("; ");
}

function lacksBody(loaded: LoadedProfile, robot: RobotModel): ClearanceError {
  return lacks(
    loaded,
    `${robot.name} does not go anywhere as a whole: its base neither floats (<freejoint/> in MJCF) nor begins with slides along x and y ` +
      `and a hinge about z at the origin; its joints are ${robot.jointNames.join(", ")}`,
  );
}

function lacks({ profile, mjcfPath, urdfPath }: LoadedProfile, what: string): ClearanceError {
  const problem = `${mjcfPath ?? urdfPath}: ${what}; profile ${profile.name} needs it, another may not (clearance profiles)`;
  return new ClearanceError("config.invalid", problem, { source: profile.name, problems: [problem] });
}

/** No site or fixed offset says where the tool centre point is. */
function isLinkFrame({ tipLinkFromTip }: RobotModel): boolean {
  return tipLinkFromTip.every((value, k) => value === (k % 5 === 0 ? 1 : 0));
}
