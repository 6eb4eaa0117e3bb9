/**
 * Primitives of a humanoid that stands: its head looks and nods, its arms wave and point. Each is a planned motion of joints, swept against
 * the body and the room like any other; it goes nowhere, so there is no target for a fence.
 * @module
 */
import * as z from "zod";
import type { Vec3 } from "../../core/vec3.ts";
import { definePrimitive } from "../define-primitive.ts";
import { noMotion } from "../make-plan.ts";
import type { PlanDraft, Primitive, Report, Seen } from "../primitive.ts";
import type { WorldView } from "../world-view.ts";
import { aimAt, offTargetRad } from "./aim.ts";
import { planThrough } from "./body.ts";
import { inWorld } from "./quantities.ts";

/** A head: joints by name; the link's x is where it looks, from the link's origin. */
export interface Head {
  readonly yaw: string;
  readonly pitch: string;
  readonly link: string;
}

/** An arm: joints by name, values in rad or m. */
export interface Arm {
  /** Its x runs along forearm and fingers; it points with it. */
  readonly link: string;
  /** Joints that are turned to point. */
  readonly aim: readonly string[];
  /** The other joints while it points: stretched. */
  readonly pointing: Readonly<Record<string, number>>;
  /** The posture it waves in, and the joint that swings. */
  readonly waving: Readonly<Record<string, number>>;
  readonly swings: string;
}

export const handNames = ["right", "left"] as const;
export type Hand = (typeof handNames)[number];
export type Arms = { readonly [hand in Hand]?: Arm | undefined };

/** Nothing is aimed at that would be missed by more, rad; measured it may be off by more, for machines follow their plans inexactly. */
const plannedOffRad = 0.01;
const measuredOffRad = 0.03;
const jointToleranceRad = 0.02;
const waveSwingRad = 0.35;
const nodSwingRad = { yes: 0.2, no: 0.35 } as const;
const swings = 2;

const point = { x: inWorld("x"), y: inWorld("y"), z: inWorld("z") };

/** Those that head and arms allow. */
export function gesturePrimitives({
  head,
  arms,
}: {
  readonly head?: Head | undefined;
  readonly arms?: Arms | undefined;
}): readonly Primitive[] {
  return [...(head === undefined ? [] : headPrimitives(head)), ...(arms === undefined ? [] : armPrimitives(arms))];
}

function headPrimitives(head: Head): readonly Primitive[] {
  const lookAt = definePrimitive({
    name: "look_at",
    summary: "Turn the head to look at a point.",
    risk: "move",
    args: z.strictObject(point),
    plan: ({ x, y, z: height }, world) => planAim(world, head.link, [head.yaw, head.pitch], {}, [x, y, height], "look"),
    report: ({ x, y, z: height }, seen) => reportAim(seen, head.link, [x, y, height], "looks"),
  });
  const nod = definePrimitive({
    name: "nod",
    summary: "Nod for yes, or shake the head for no.",
    risk: "move",
    args: z.strictObject({ direction: z.enum(["yes", "no"]).default("yes") }),
    plan: ({ direction }, world) => {
      const from = world.observation.qRad;
      const to = swinging(world, from, direction === "yes" ? head.pitch : head.yaw, nodSwingRad[direction]);
      return gesture(world, [...to, ["back", from]]);
    },
    report: ({ direction }, seen) =>
      reportPosture(
        seen,
        pick(seen.world, seen.before.qRad, [head.yaw, head.pitch]),
        { direction },
        direction === "yes" ? "nodded" : "shook its head",
      ),
  });
  return [lookAt, nod];
}

function armPrimitives(arms: Arms): readonly Primitive[] {
  const hands = handNames.filter((name) => arms[name] !== undefined);
  const hand = z.enum(hands).default(hands[0]!);
  const armOf = (name: Hand): Arm => arms[name]!;
  const wave = definePrimitive({
    name: "wave",
    summary: "Raise an arm, wave, and let it rest again.",
    risk: "move",
    args: z.strictObject({ hand }),
    plan: ({ hand: name }, world) => {
      const arm = armOf(name);
      const raised = placed(world, world.observation.qRad, arm.waving);
      return gesture(world, [
        ["raise the arm", raised],
        ...swinging(world, raised, arm.swings, waveSwingRad),
        ["rest", atRest(world, arm)],
      ]);
    },
    report: ({ hand: name }, seen) => {
      const joints = jointsOf(armOf(name));
      return reportPosture(seen, pick(seen.world, seen.world.robot.homeRad, joints), { hand: name }, `waved with the ${name} hand`);
    },
  });
  const pointAt = definePrimitive({
    name: "point_at",
    summary: "Point at a point with a stretched arm, and stay so.",
    risk: "move",
    args: z.strictObject({ ...point, hand }),
    plan: ({ x, y, z: height, hand: name }, world) => {
      const { link, aim, pointing } = armOf(name);
      return planAim(world, link, aim, pointing, [x, y, height], "point");
    },
    report: ({ x, y, z: height, hand: name }, seen) => reportAim(seen, armOf(name).link, [x, y, height], "points"),
  });
  return [wave, pointAt];
}

/** Every joint that a profile names for head and arms, and every link. */
export function gestureNames(
  head: Head | undefined,
  arms: Arms | undefined,
): { readonly joints: readonly string[]; readonly links: readonly string[] } {
  const each = Object.values(arms ?? {}).filter((arm) => arm !== undefined);
  const ofHead = head === undefined ? { joints: [], links: [] } : { joints: [head.yaw, head.pitch], links: [head.link] };
  return { joints: [...ofHead.joints, ...each.flatMap(jointsOf)], links: [...ofHead.links, ...each.map(({ link }) => link)] };
}

function jointsOf({ aim, pointing, waving, swings: swung }: Arm): readonly string[] {
  return [...new Set([...aim, ...Object.keys(pointing), ...Object.keys(waving), swung])];
}

function planAim(
  world: WorldView,
  link: string,
  joints: readonly string[],
  others: Readonly<Record<string, number>>,
  pointInWorld: Vec3,
  verb: "look" | "point",
): PlanDraft {
  const { robot, observation } = world;
  const from = placed(world, observation.qRad, others);
  const aimed = aimAt(
    robot,
    from,
    joints.map((name) => robot.jointNames.indexOf(name)),
    robot.linkNames.indexOf(link),
    pointInWorld,
  );
  if (aimed !== undefined && aimed.offRad <= plannedOffRad) return gesture(world, [[verb, aimed.qRad]]);
  const best = aimed?.offRad ?? Number.NaN;
  const how = Number.isFinite(best) ? `it comes within ${best.toFixed(2)} rad of it at best` : "it is there itself";
  const reason = `${link} cannot ${verb} at (${pointInWorld.join(", ")}): ${how}`;
  const evidence = { targetM: [...pointInWorld], ...(Number.isFinite(best) ? { bestErrorRad: best } : {}) };
  return { segments: [], declared: noMotion, failure: { code: "unreachable", reason, evidence } };
}

function reportAim({ after, world: { robot } }: Seen, link: string, pointInWorld: Vec3, verb: string): Report {
  const offRad = offTargetRad(robot, after.qRad, robot.linkNames.indexOf(link), pointInWorld);
  const ok = offRad <= measuredOffRad;
  const at = `(${pointInWorld.join(", ")})`;
  const message = ok ? `${verb} at ${at}` : `${verb} ${offRad.toFixed(3)} rad beside ${at}, tolerance ${measuredOffRad}`;
  return { ok, observation: { target: [...pointInWorld], error_rad: offRad }, message };
}

/** Measured joints, held against where they should be. */
function reportPosture(
  { after, world }: Seen,
  wanted: Readonly<Record<string, number>>,
  said: Record<string, string>,
  done: string,
): Report {
  const off = Object.entries(wanted).map(([name, q]) => Math.abs((after.qRad[world.robot.jointNames.indexOf(name)] ?? Number.NaN) - q));
  const worst = Math.max(...off);
  const ok = worst <= jointToleranceRad;
  const observation = { ...said, worst_joint_error: worst };
  return { ok, observation, message: ok ? done : `worst joint error ${worst.toFixed(3)}, tolerance ${jointToleranceRad}` };
}

type Stops = readonly (readonly [label: string, toRad: ArrayLike<number>])[];

function gesture(world: WorldView, stops: Stops): PlanDraft {
  return { ...planThrough(world, stops), declared: noMotion };
}

/** To and fro about where the joint is, or as near to it as its limits leave room for. */
function swinging({ robot }: WorldView, aboutRad: ArrayLike<number>, name: string, byRad: number): Stops {
  const joint = robot.jointNames.indexOf(name);
  const [lower, upper] = [robot.lowerRad[joint]!, robot.upperRad[joint]!];
  const by = Math.min(byRad, (upper - lower) / 2);
  const middle = Math.min(upper - by, Math.max(lower + by, aboutRad[joint]!));
  return Array.from({ length: 2 * swings }, (_, i) => {
    const to = i % 2 === 0 ? middle - by : middle + by;
    return [i % 2 === 0 ? "to" : "fro", Array.from(aboutRad).with(joint, to)] as const;
  });
}

function placed({ robot }: WorldView, fromRad: ArrayLike<number>, values: Readonly<Record<string, number>>): number[] {
  return robot.jointNames.map((name, j) => values[name] ?? fromRad[j]!);
}

function atRest(world: WorldView, arm: Arm): number[] {
  return placed(world, world.observation.qRad, pick(world, world.robot.homeRad, jointsOf(arm)));
}

function pick({ robot }: WorldView, qRad: ArrayLike<number>, names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, qRad[robot.jointNames.indexOf(name)] ?? Number.NaN]));
}
