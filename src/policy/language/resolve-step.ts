import type { JsonObject } from "../../core/json.ts";
import type { Observation } from "../../core/observation.ts";
import { yawOf } from "../../core/pose.ts";
import { atan2, cos, sin } from "../../core/trigonometry.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { Anchor, PlannedIntent } from "./sentence-plan.ts";
import type { Vocabulary } from "./vocabulary.ts";

export type Resolved =
  | { readonly kind: "args"; readonly args: JsonObject }
  /** What the step asks for is so already. */
  | { readonly kind: "skip" }
  | { readonly kind: "unresolved"; readonly reason: string };

/** Puts measured positions in the place of names, at the moment the step comes up. */
export function resolveStep(step: PlannedIntent, observation: Observation, vocabulary: Vocabulary): Resolved {
  if (step.unlessHolding !== undefined && observation.gripper?.holding === step.unlessHolding) return { kind: "skip" };
  const turn = turnTo(step.headingRad, observation);
  if (turn.yaw !== undefined && !Number.isFinite(turn.yaw)) return { kind: "unresolved", reason: "the heading of the tip is not known" };
  if (step.at === undefined) return { kind: "args", args: { ...step.args, ...turn } };
  const base = anchorPosition(step.at, observation, vocabulary);
  if (base === undefined) return { kind: "unresolved", reason: `${nameOf(step.at)} is not in view` };
  const body = bodyPose(observation, vocabulary);
  const yawRad = body.yawRad;
  const offset = step.at.kind === "tip" && step.at.ahead === true ? turned(step.at.offsetM, yawRad) : step.at.offsetM;
  const [x, y, z] = base.map((value, i) => value + (offset[i] ?? 0));
  if (x === undefined || y === undefined || z === undefined || !(Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z)))
    return { kind: "unresolved", reason: `the position of ${nameOf(step.at)} is not known` };
  const args = { x, y, ...(step.at.axes === "xyz" ? { z } : {}), ...step.args, ...turn };
  if (step.keeps === undefined) return { kind: "args", args };
  const wayRad = atan2(Number(args.y) - body.position[1], Number(args.x) - body.position[0]);
  return { kind: "args", args: { ...args, [step.keeps.heading]: step.keeps.along ? wayRad : yawRad } };
}

/** Where what goes is, and where it looks: its tip, unless joints say it. Not a number where they are not measured. */
function bodyPose(
  { qRad, worldFromTip }: Observation,
  { body, joints = [] }: Vocabulary,
): { readonly position: Vec3; readonly yawRad: number } {
  if (body === undefined) return { position: worldFromTip.position, yawRad: yawOf(worldFromTip.orientation) };
  const read = (name: string): number => qRad[joints.indexOf(name)] ?? Number.NaN;
  return { position: [read(body.x), read(body.y), worldFromTip.position[2]], yawRad: read(body.heading) };
}

function turned([x, y, z]: Vec3, byRad: number): Vec3 {
  return [x * cos(byRad) - y * sin(byRad), x * sin(byRad) + y * cos(byRad), z];
}

/** "(0.3, 0, 1)": to the millimetre, in as few digits as that takes. */
export function shortPosition(position: Vec3): string {
  return `(${position.map((value) => String(Math.round(value * 1000) / 1000 + 0)).join(", ")})`;
}

/** The shorter way round from the measured heading, in (-π, π]. */
function turnTo(headingRad: number | undefined, observation: Observation): { readonly yaw?: number } {
  if (headingRad === undefined) return {};
  const by = headingRad - yawOf(observation.worldFromTip.orientation);
  return { yaw: by - 2 * Math.PI * Math.ceil(by / (2 * Math.PI) - 0.5) };
}

function anchorPosition(at: Anchor, observation: Observation, vocabulary: Vocabulary): Vec3 | undefined {
  switch (at.kind) {
    case "object":
      return observation.objects.find(({ name }) => name === at.name)?.worldFromObject.position;
    case "place":
      return vocabulary.places.find(({ name }) => name === at.name)?.positionM;
    case "tip":
      return bodyPose(observation, vocabulary).position;
    default:
      at satisfies never;
      return undefined;
  }
}

function nameOf(at: Anchor): string {
  return at.kind === "tip" ? "the tip" : at.name;
}
