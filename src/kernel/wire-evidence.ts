/**
 * Failure messages as they go over the wire, checked against their published schema by the sender. Drops are warnings, violations
 * abort; what is not finite never reaches JSON.
 * @module
 */
import * as z from "zod";
import { code, codeMeanings, failureKinds, type FailureKind } from "./checks/verdict-codes.ts";
import { GEOMETRY_KIND_SELF, nameOfOther } from "./checks/geometry-port.ts";
import { MEASURED_ROW, NO_JOINT } from "./checks/verdict-record.ts";
import { wordsOf, zoneIndex, type Judged } from "./verdict-words.ts";

const number = z.number();
const name = z.string().min(1);
const xyz = z.tuple([number, number, number]);

/** Compatible. Unknown fields are refused. */
export const failureEvidence = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("timeout"), operation: name, deadline_s: number.positive(), elapsed_s: number.nonnegative() }),
  z.strictObject({ kind: z.literal("force"), joint_or_ee: name, measured_n: number.nonnegative(), limit_n: number.min(1e-9) }),
  z.strictObject({ kind: z.literal("workspace"), ee_name: name, measured_xyz: xyz, box_min: xyz, box_max: xyz }),
  z.strictObject({ kind: z.literal("controller"), controller_name: name, state: name, detail: z.string() }),
  z.strictObject({
    kind: z.literal("collision"),
    collision_kind: z.enum(["self", "world"]),
    link_a: name,
    link_b_or_object: name,
    horizon_step: z.int().nonnegative(),
    min_distance_m: number,
  }),
]);
export type FailureEvidence = z.infer<typeof failureEvidence>;

export interface FailureMessage {
  /** Number of the kind on the failure bus. */
  readonly kind: number;
  readonly severity: "WARN" | "ABORT";
  readonly evidence: FailureEvidence;
}

const CONTROLLER_NAME = "safety_kernel";

/** Nothing for a pass, and for what is dropped because a stop is latched: that was said when it latched. */
export function failureOf(judged: Judged): FailureMessage | undefined {
  const { record } = judged;
  const { severity, kind } = codeMeanings[record.code]!;
  if (severity === "pass" || record.code === code.estopLatched) return undefined;
  const evidence = evidenceOf(judged, severity === "drop" ? "controller" : kind);
  return { kind: failureKinds[evidence.kind], severity: severity === "drop" ? "WARN" : "ABORT", evidence };
}

/** A goal that ended because nothing of it could be executed. */
export function starvedFailure(goal: string, drops: number, last: string): FailureMessage {
  const detail = `${drops} drops in a row in goal '${goal}', the last: ${last}`;
  const evidence = failureEvidence.parse({ kind: "controller", controller_name: CONTROLLER_NAME, state: "starved", detail });
  return { kind: failureKinds.controller, severity: "ABORT", evidence };
}

function evidenceOf(judged: Judged, kind: FailureKind): FailureEvidence {
  const parsed = failureEvidence.safeParse(kind === "controller" ? controller(judged) : byKind[kind](judged));
  // Only a number that is not finite can be wrong with it; the text of one goes into a detail.
  return parsed.success ? parsed.data : failureEvidence.parse(controller(judged));
}

const byKind: Record<Exclude<FailureKind, "controller">, (judged: Judged) => FailureEvidence> = { timeout, force, workspace, collision };

function controller(judged: Judged): FailureEvidence {
  const { sub, name: state } = codeMeanings[judged.record.code]!;
  const { reason } = wordsOf(judged);
  return { kind: "controller", controller_name: CONTROLLER_NAME, state: sub === "none" ? state : sub, detail: reason };
}

function timeout({ record: { value, limit } }: Judged): FailureEvidence {
  return { kind: "timeout", operation: "chunk_validation", deadline_s: limit / 1e6, elapsed_s: value / 1e6 };
}

function force(judged: Judged): FailureEvidence {
  const { record } = judged;
  return {
    kind: "force",
    joint_or_ee: subject(judged),
    measured_n: Math.abs(record.value),
    limit_n: Math.max(1e-9, Math.abs(record.limit)),
  };
}

function workspace(judged: Judged): FailureEvidence {
  const { record, envelope, chunk } = judged;
  if (record.code === code.noGoZone) return zoneEvidence(judged);
  if (record.code === code.workspaceXyz) {
    const at = record.row * 7 + 4;
    const pose = record.step === 12 ? chunk.rows.subarray(at, at + 3) : undefined;
    const measured = [0, 1, 2].map((axis) => pose?.[axis] ?? (axis === record.joint ? record.value : 0));
    const min = envelope.boxMinM ?? [-Number.MAX_VALUE, -Number.MAX_VALUE, -Number.MAX_VALUE];
    const max = envelope.boxMaxM ?? [Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE];
    return { kind: "workspace", ee_name: subject(judged), measured_xyz: triple(measured), box_min: triple(min), box_max: triple(max) };
  }
  const [low, high] = rangeOf(judged);
  return {
    kind: "workspace",
    ee_name: subject(judged),
    measured_xyz: [record.value + 0, 0, 0],
    box_min: [low, 0, 0],
    box_max: [high, 0, 0],
  };
}

/** The range a single number had to keep to; the wire has only boxes, so it lies on the x axis. */
function rangeOf({ record, envelope }: Judged): readonly [number, number] {
  const { joint, value } = record;
  // JSON has one zero.
  const limit = record.limit + 0;
  if (record.code === code.jointPosition)
    return [Math.max(-Number.MAX_VALUE, envelope.lowerRad[joint]!), Math.min(Number.MAX_VALUE, envelope.upperRad[joint]!)];
  if (record.code === code.quatNorm) return [limit, limit];
  if (value < limit) return [limit, Number.MAX_VALUE];
  return [0 - Math.abs(limit), limit];
}

function zoneEvidence(judged: Judged): FailureEvidence {
  const { record, envelope, chunk } = judged;
  const index = zoneIndex(record);
  const zone = envelope.noGoZones[index];
  const xs = zone?.polygonM.map(([x]) => x) ?? [0];
  const ys = zone?.polygonM.map(([, y]) => y) ?? [0];
  const at = record.row * 7 + 4;
  return {
    kind: "workspace",
    ee_name: `zone_${index}`,
    measured_xyz: record.step === 12 ? triple(chunk.rows.subarray(at, at + 3)) : [0, 0, 0],
    box_min: [Math.min(...xs), Math.min(...ys), zone?.minZM ?? 0],
    box_max: [Math.max(...xs), Math.max(...ys), zone?.maxZM ?? 0],
  };
}

function collision({ record, geometry }: Judged): FailureEvidence {
  const finding = geometry?.finding;
  return {
    kind: "collision",
    collision_kind: finding?.kind === GEOMETRY_KIND_SELF ? "self" : "world",
    link_a: (finding && geometry?.nameOfBody?.(finding.bodyA)) ?? `body_${record.joint}`,
    link_b_or_object: nameOfOther(geometry),
    horizon_step: record.row === MEASURED_ROW ? 0 : record.row,
    min_distance_m: record.value + 0,
  };
}

function subject({ record, envelope, parts, chunk }: Judged): string {
  const { field } = codeMeanings[record.code]!;
  if (field.startsWith("joint_") && record.joint !== NO_JOINT) return envelope.jointNames[record.joint] ?? `joint_${record.joint}`;
  return field.startsWith("base_") ? "base" : (parts[chunk.part] ?? "arm");
}

function triple(values: ArrayLike<number>): [number, number, number] {
  return [0 + (values[0] ?? 0), 0 + (values[1] ?? 0), 0 + (values[2] ?? 0)];
}

/** Fields of the reference's messages that are spelled otherwise here. */
const referenceFields: ReadonlyMap<string, string> = new Map([
  ["cartesian_shape", "dim_mismatch"],
  ["twist_shape", "dim_mismatch"],
  ["body_twist_shape", "dim_mismatch"],
  ["gripper_shape", "dim_mismatch"],
  ["ee_linear_speed", "ee_speed"],
  ["envelope_config", "envelope_unconfigured"],
  ["external_estop", "estop_external"],
]);

/** Our name of a field in a message of the reference. */
export function fieldFromReference(field: string): string {
  return referenceFields.get(field) ?? field;
}
