/**
 * Primitives that take things and put them down. Each is one plan of several segments; success is what the gripper measures.
 * @module
 */
import * as z from "zod";
import { halfHeightM } from "../../core/object-height.ts";
import { composePoses, invertPose, rotateVector, type Pose } from "../../core/pose.ts";
import { add, sub, type Vec3 } from "../../core/vec3.ts";
import { unstickM } from "../carried-motion.ts";
import { definePrimitive } from "../define-primitive.ts";
import {
  attachedBody,
  carriedBody,
  graspOrientation,
  levelled,
  seenObject,
  supportsAt,
  topBeneath,
  type SeenObject,
} from "../held-object.ts";
import { planJointLeg, planLineLeg, pointMotion } from "../motion-planner.ts";
import type { DeclaredMotion, PlanFailure, Segment } from "../plan.ts";
import type { PlanDraft, Report } from "../primitive.ts";
import type { WorldView } from "../world-view.ts";
import { metres, newtons } from "./quantities.ts";

/** Height above the grasp from which the tip comes straight down and to which it goes straight up, m. */
const approachM = 0.12;
/** An object is let go this far above its support, m. */
const releaseGapM = 0.002;
const gripperMs = 600;
const settleMs = 200;
/** An object counts as placed when it rests this close to where it was meant to, horizontally, m. */
const placeToleranceM = 0.02;
/** For a named place (a bin), anywhere this close to its middle will do, m. */
const namedPlaceToleranceM = 0.1;

export const pick = definePrimitive({
  name: "pick",
  summary: "Take an object from above and lift it.",
  risk: "contact",
  args: z.strictObject({ object: z.string().describe("name of the object") }),
  plan: ({ object }, world) => planPick(world, object),
  report: ({ object }, { after }) => {
    const holding = after.gripper?.holding ?? null;
    const at = [...after.worldFromTip.position];
    if (holding === object) return { ok: true, observation: { picked: object, at_pose: at }, message: `holding ${object}` };
    const instead = holding === null ? "nothing is held" : `'${holding}' is held instead`;
    return { ok: false, observation: { picked: null, at_pose: at }, message: `grasp of '${object}' failed: ${instead}` };
  },
});

const placeArgs = z
  .strictObject({
    x: metres.optional(),
    y: metres.optional(),
    z: metres.optional().describe("height of the object's base; without it, what is beneath"),
    on: z.string().optional().describe("a named place, or an object to stack on"),
  })
  .refine((args) => (args.x === undefined) === (args.y === undefined), { message: "x and y come together" })
  .refine((args) => args.on === undefined || args.x === undefined, { message: "give either x and y or `on`" });

export const place = definePrimitive({
  name: "place",
  summary: "Put the held object down: at x, y, on a named place or object, or straight beneath.",
  risk: "contact",
  args: placeArgs,
  plan: (args, world) => planPlace(world, args),
  report: (args, { before, after, plan, world }): Report => {
    const held = before.gripper?.holding ?? null;
    const effect = plan.effects.find((candidate) => candidate.kind === "release");
    const state = after.objects.find((candidate) => candidate.name === held);
    if (after.gripper?.holding !== null) return { ok: false, observation: { placed: null }, message: `'${held}' is still held` };
    if (state === undefined || effect?.nearM === undefined)
      return { ok: false, observation: { placed: null }, message: "the object is not seen" };
    const position = state.worldFromObject.position;
    const [dx, dy] = [position[0] - effect.nearM[0], position[1] - effect.nearM[1]];
    const errorM = Math.sqrt(dx * dx + dy * dy);
    const named = args.on !== undefined && world.spec.places.some((candidate) => candidate.name === args.on);
    const toleranceM = named ? namedPlaceToleranceM : placeToleranceM;
    const observation = { placed: held, at_pose: [...position], error_m: Math.round(errorM * 1e6) / 1e6 };
    if (errorM <= toleranceM)
      return { ok: true, observation, message: `placed ${held} at (${position.map((v) => v.toFixed(3)).join(", ")})` };
    return {
      ok: false,
      observation,
      message: `'${held}' rests ${errorM.toFixed(3)} m from where it was meant to, tolerance ${toleranceM} m`,
    };
  },
});

const gripperReport = (wanted: string, opening: number | undefined, holding: string | null): Report => ({
  ok: opening !== undefined,
  observation: { state: wanted, opening: opening ?? null, holding },
  message: opening === undefined ? "no gripper measured" : `gripper ${(opening * 100).toFixed(0)}% open`,
});

export const setGripper = definePrimitive({
  name: "set_gripper",
  summary: "Open or close the gripper.",
  risk: "contact",
  args: z.strictObject({
    state: z.enum(["open", "close"]).default("open"),
    force: newtons.default(0).describe("grip force cap, 0 for the gripper's own"),
  }),
  plan: ({ state, force }, world) => gripperDraft(world, state === "open" ? 1 : 0, force > 0 ? force : undefined),
  report: ({ state }, { after }) => gripperReport(state, after.gripper?.opening, after.gripper?.holding ?? null),
});

export const toggleTool = definePrimitive({
  name: "toggle_tool",
  summary: "Activate (close, hold) or deactivate (open, release) the tool.",
  risk: "contact",
  args: z.strictObject({ activate: z.boolean() }),
  plan: ({ activate }, world) => gripperDraft(world, activate ? 0 : 1, undefined),
  report: ({ activate }, { after }) =>
    gripperReport(activate ? "active" : "inactive", after.gripper?.opening, after.gripper?.holding ?? null),
});

function gripperDraft(world: WorldView, opening: number, forceN: number | undefined): PlanDraft {
  if (world.observation.gripper === undefined) return refuse("no_gripper", "this robot has no gripper");
  return { segments: [grip(opening, forceN)] };
}

function grip(opening: number, forceN?: number): Segment {
  const label = opening > 0.5 ? "open" : "close";
  return { kind: "gripper", label, durationMs: gripperMs, opening, ...(forceN === undefined ? {} : { forceN }) };
}

const settle: Segment = { kind: "hold", label: "settle", durationMs: settleMs };

function planPick(world: WorldView, name: string): PlanDraft {
  const { observation } = world;
  if (observation.gripper === undefined) return refuse("no_gripper", "this robot has no gripper");
  if (observation.gripper.holding !== null)
    return refuse("already_holding", `already holding '${observation.gripper.holding}'; place it first`);
  const object = seenObject(world, name);
  if (object === undefined) {
    const known = world.spec.objects.map((candidate) => candidate.name).join(", ");
    return refuse("unknown_object", `there is no object '${name}' here${known === "" ? "" : `; there is ${known}`}`);
  }
  const orientation = graspOrientation(observation.worldFromTip.orientation, object);
  const grasp: Pose = { position: object.worldFromObject.position, orientation };
  const tipFromObject = composePoses(invertPose(grasp), object.worldFromObject);
  const base = sub(grasp.position, [0, 0, halfHeightM(object.spec)]);
  const lifted = attachedBody(object.spec, tipFromObject, supportsAt(world, base, name));
  const free = attachedBody(object.spec, tipFromObject);
  return chain(world, pointMotion([above(grasp, approachM).position, grasp.position]), [{ kind: "grasp", object: name }], (legs) => {
    legs.push(grip(1));
    legs.joint("above", above(grasp, approachM));
    legs.line("down", grasp, { mayTouch: [name] });
    legs.push(grip(0), settle);
    legs.line("lift", above(grasp, unstickM), { mayTouch: [name], carrying: lifted });
    legs.line("up", above(grasp, approachM), { mayTouch: [name], carrying: free });
  });
}

function planPlace(world: WorldView, args: z.output<typeof placeArgs>): PlanDraft {
  const { observation } = world;
  const holding = observation.gripper?.holding ?? null;
  const object = holding === null ? undefined : seenObject(world, holding);
  if (holding === null || object === undefined) return refuse("nothing_held", "nothing to place; pick something first");
  const base = restingBase(world, args, object, holding);
  if ("code" in base) return { segments: [], failure: base };
  const orientation = levelled(observation.worldFromTip.orientation);
  // The object hangs from the tip as measured; the tip goes where that puts the object's base on the spot.
  const objectFromTipInWorld = sub(object.worldFromObject.position, observation.worldFromTip.position);
  const turned = rotateVector(orientation, rotateVector(invertPose(observation.worldFromTip).orientation, objectFromTipInWorld));
  const restInWorld = add(base.position, [0, 0, halfHeightM(object.spec) + releaseGapM]);
  const release: Pose = { position: sub(restInWorld, turned), orientation };
  const free = carriedBody(world);
  const landing = carriedBody(world, supportsAt(world, base.position, holding));
  const nearM: Vec3 = [base.position[0], base.position[1], base.position[2]];
  return chain(
    world,
    pointMotion([above(release, approachM).position, release.position]),
    [{ kind: "release", object: holding, nearM }],
    (legs) => {
      legs.joint("above", above(release, approachM), { carrying: free });
      legs.line("down", above(release, unstickM), { carrying: free });
      legs.line("set down", release, { carrying: landing });
      legs.push(settle, grip(1), settle);
      legs.line("up", above(release, approachM), { mayTouch: [holding] });
    },
  );
}

/** Where the object's base goes. */
function restingBase(
  world: WorldView,
  args: z.output<typeof placeArgs>,
  object: SeenObject,
  holding: string,
): { readonly position: Vec3 } | PlanFailure {
  const { on } = args;
  if (on !== undefined) {
    const spot = world.spec.places.find((candidate) => candidate.name === on);
    if (spot !== undefined) return { position: spot.positionM };
    const below = on === holding ? undefined : seenObject(world, on);
    if (below !== undefined) return { position: add(below.worldFromObject.position, [0, 0, halfHeightM(below.spec)]) };
    const known = [...world.spec.places, ...world.spec.objects].map((candidate) => candidate.name).join(", ");
    return failure("unknown_place", `there is no place or object '${on}' to put things on; there is ${known}`);
  }
  const [x, y] = [args.x ?? object.worldFromObject.position[0], args.y ?? object.worldFromObject.position[1]];
  const z = args.z ?? topBeneath(world, x, y);
  if (z === undefined) return failure("no_support", `there is nothing to put the object on at (${x}, ${y})`);
  return { position: [x, y, z] };
}

interface Legs {
  push(...segments: Segment[]): void;
  joint(label: string, target: Pose, options?: LegExtras): void;
  line(label: string, target: Pose, options?: LegExtras): void;
}
type LegExtras = { readonly mayTouch?: readonly string[]; readonly carrying?: ReturnType<typeof carriedBody> };

/** Runs `build`, each leg starting where the one before ended; the first that fails ends the plan. */
function chain(world: WorldView, declared: DeclaredMotion, effects: PlanDraft["effects"] & {}, build: (legs: Legs) => void): PlanDraft {
  const segments: Segment[] = [];
  let fromRad: ArrayLike<number> = world.observation.qRad;
  let failed: PlanFailure | undefined;
  const leg =
    (plan: typeof planJointLeg) =>
    (label: string, target: Pose, extras: LegExtras = {}) => {
      if (failed !== undefined) return;
      const planned = plan(world, fromRad, target, { label, ...extras });
      if (!planned.ok) {
        failed = { ...planned.failure, reason: `${label}: ${planned.failure.reason}` };
        return;
      }
      segments.push(planned.value.segment);
      fromRad = planned.value.endRad;
    };
  build({ push: (...more) => segments.push(...more), joint: leg(planJointLeg), line: leg(planLineLeg) });
  return failed === undefined ? { segments, effects, declared } : { segments: [], declared, failure: failed };
}

function above(pose: Pose, heightM: number): Pose {
  return { position: add(pose.position, [0, 0, heightM]), orientation: pose.orientation };
}

function failure(code: string, reason: string): PlanFailure {
  return { code, reason, evidence: {} };
}

function refuse(code: string, reason: string): PlanDraft {
  return { segments: [], failure: failure(code, reason) };
}
