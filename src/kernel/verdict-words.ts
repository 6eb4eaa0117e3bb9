/**
 * Words for a verdict: the reason a person reads and the evidence a trace keeps, made from the numeric record outside the hot path.
 * @module
 */
import { formatG, formatPair } from "../core/format.ts";
import type { JsonObject } from "../core/json.ts";
import type { ChunkFrame } from "./checks/chunk-frame.ts";
import { nameOfOther, type GeometryPort } from "./checks/geometry-port.ts";
import type { StateFrame } from "./checks/state-frame.ts";
import { code, codeMeanings, type RefusalCode } from "./checks/verdict-codes.ts";
import { MEASURED_ROW, NO_JOINT, PHASE_SWEEP, type VerdictRecord } from "./checks/verdict-record.ts";
import type { SafetyEnvelope } from "./envelope/safety-envelope.ts";
import { modes } from "./modes.ts";

/** Why a chunk may not be executed. */
export interface Fault {
  readonly code: RefusalCode;
  readonly reason: string;
  /** Numbers with their units; nothing in it is infinite or NaN. */
  readonly evidence: JsonObject;
}

/** What the words are made from. They hold for the last chunk judged. */
export interface Judged {
  readonly record: VerdictRecord;
  readonly envelope: SafetyEnvelope;
  readonly chunk: ChunkFrame;
  readonly state: StateFrame;
  readonly geometry?: GeometryPort | undefined;
  /** Names by `chunk.part`. */
  readonly parts: readonly string[];
  /** What the command gave as its mode. */
  readonly modeGiven?: string | undefined;
  /** Why the command could not be read. */
  readonly problem?: string;
}

/** From here on (safety-kernel.md §4) it is kinematics that found it, of some control point. */
const geometryStep = 15;

type Words = readonly [reason: string, evidence: JsonObject];

export function wordsOf(judged: Judged): Fault {
  const { record } = judged;
  const [reason, evidence] = (writers.get(record.code) ?? plain)(judged);
  const { name } = codeMeanings[record.code]!;
  return { code: name === "pass" ? "internal_error" : name, reason, evidence: finiteOf(evidence) };
}

/** JSON has no form for what is not finite; its text stands in. */
function finiteOf(evidence: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => [name, typeof value === "number" && !Number.isFinite(value) ? String(value) : value]),
  );
}

const writers: ReadonlyMap<number, (judged: Judged) => Words> = new Map([
  [code.malformed, ({ problem }: Judged): Words => [problem ?? "the command cannot be read", {}]],
  [code.closed, (): Words => ["the kernel is closed", {}]],
  [code.estopLatched, (): Words => ["an emergency stop is latched", {}]],
  [code.envelopeMissing, (): Words => ["no envelope is loaded", {}]],
  [code.noLease, noLease],
  [code.modelMismatch, (): Words => ["the lease is for another robot model or envelope than the one loaded", {}]],
  [code.chunkExpired, expired],
  [code.chunkAge, tooOld("the chunk")],
  [code.observationAge, tooOld("the observation the chunk answers")],
  [code.seqOutOfOrder, seqOutOfOrder],
  [code.tickOutOfOrder, ticks("comes after")],
  [code.chunkReplay, ticks("was vetted for this mode and part already, after")],
  [code.cycleTime, cycleTime],
  [code.envelopeEmpty, (): Words => ["the envelope has no joint", { field: "n_dof", value: 0, limit: 1 }]],
  [code.ndofMismatch, width],
  [code.widthMismatch, width],
  [code.flatMismatch, flat],
  [code.horizonRange, horizon],
  [code.nanInAction, nonFinite],
  [code.modeUnsupported, modeUnsupported],
  [code.periodRange, period],
  [code.rowTimes, ({ record: { row, value } }: Judged): Words => [`row times must rise, row ${row} is at ${value} ms`, { row, value }]],
  [code.jointPosition, position],
  [code.jointVelocity, jointCap("/s")],
  [code.jointRate, jointCap("/s")],
  [code.jointAccel, jointCap("/s²")],
  [code.jointJerk, jointCap("/s³")],
  [code.jointTorque, torque],
  [code.jointJump, jump],
  [
    code.quatNorm,
    ({ record: { row, value } }: Judged): Words => [`the quaternion of row ${row} has norm ${value}, not 1`, { row, value, limit: 1 }],
  ],
  [code.workspaceXyz, workspace],
  [code.noGoZone, zone],
  [code.cartesianStep, partCap("would step", "m")],
  [code.cartesianStepRot, partCap("would turn", "rad")],
  [code.eeSpeed, partCap("at", "m/s")],
  [code.eeAngularSpeed, partCap("at", "rad/s")],
  [code.eeAccel, partCap("at", "m/s²")],
  [code.baseLinearSpeed, partCap("at", "m/s", "the base")],
  [code.baseAngularSpeed, partCap("at", "rad/s", "the base")],
  [code.baseComponent, baseComponent],
  [code.gripperRange, gripper],
  [
    code.stateCount,
    ({ record: { value, limit } }: Judged): Words => [
      `${value} joints were measured, the robot has ${limit}`,
      { measured: value, joints: limit },
    ],
  ],
  [code.stateNotFinite, stateNotFinite],
  [code.stateStale, stateStale],
  [code.forceUnavailable, (): Words => ["the force sensor does not answer", {}]],
  [code.contactForce, contact],
  [code.contactSlow, contact],
  [code.selfCollision, collision],
  [code.worldCollision, collision],
  [code.voxelCollision, collision],
  [code.sweepUnproven, collision],
  [
    code.recoveryMode,
    ({ modeGiven }: Judged): Words => [
      `mode ${modeGiven ?? "unknown"} does not run in recovery, joint_position and joint_trajectory do`,
      { mode: modeGiven ?? "unknown" },
    ],
  ],
  [code.recoveryUnseen, (): Words => ["in recovery, and the kernel has no geometry that can tell whether this leads away", {}]],
  [code.recoveryNearer, nearer],
  [code.budgetExceeded, budget],
  [code.budgetLatched, budget],
]);

function plain({ record }: Judged): Words {
  const { name } = codeMeanings[record.code]!;
  const { value, limit } = record;
  const text = `${name.replaceAll("_", " ")} ${whereOf(record)}: ${value}, limit ${limit}`;
  return [text, { ...columnOf(record), value, limit }];
}

function noLease({ record, chunk }: Judged): Words {
  return [
    `the chunk is of epoch ${chunk.epoch} and no goal that holds the lease in epoch ${record.epoch}`,
    { epoch: chunk.epoch, currentEpoch: record.epoch },
  ];
}

function expired({ record: { value, limit } }: Judged): Words {
  return [`the chunk is valid until ${limit} ms, it is ${value} ms`, { nowMs: value, validUntilMs: limit }];
}

function tooOld(what: string): (judged: Judged) => Words {
  return ({ record: { value, limit } }) => [`${what} is ${value} ms old, limit ${limit} ms`, { ageMs: value, limitMs: limit }];
}

function seqOutOfOrder({ record: { value, limit }, chunk: { basedOnSeq } }: Judged): Words {
  return [
    `chunk ${value} based on observation ${basedOnSeq} comes after chunk ${limit}`,
    { seq: value, lastSeq: limit, basedOnSeq: basedOnSeq },
  ];
}

function ticks(relation: string): (judged: Judged) => Words {
  return ({ record: { value, limit } }) => [`tick ${value} ${relation} tick ${limit}`, { tick: value, lastTick: limit }];
}

function cycleTime({ record: { value, limit } }: Judged): Words {
  return [`${value} ms since the chunk before, limit ${limit} ms`, { value, limit, unit: "ms" }];
}

function width({ record: { value, limit, mode } }: Judged): Words {
  const reason = `rows of ${value} numbers in mode ${modes[mode]?.name ?? mode}, which has ${limit}`;
  return [reason, { field: "n_dof", value, limit }];
}

function flat({ record: { value, limit }, chunk: { nDof } }: Judged): Words {
  return [`${value} numbers do not divide into rows of ${nDof}`, { field: "flat", value, limit }];
}

function horizon({ record: { value, limit }, chunk, envelope }: Judged): Words {
  return [`${chunk.horizon} rows in one chunk, limit ${envelope.maxRows}`, { field: "flat", value, limit }];
}

function nonFinite({ record: { joint, row, value } }: Judged): Words {
  return [`value ${joint} of row ${row} is ${value}`, { row, column: joint, value: String(value) }];
}

function modeUnsupported({ envelope, record: { mode }, modeGiven }: Judged): Words {
  const configured = [...envelope.supportedModes];
  const given = modeGiven ?? modes[mode]?.name ?? String(mode);
  return [`mode ${given} is not one of ${configured.join(", ")}`, { mode: given, configured }];
}

function period({ record: { value, limit } }: Judged): Words {
  return [`a period of ${value} ms is outside (0, ${limit}] ms`, { value, limit }];
}

function position({ record, envelope }: Judged): Words {
  const { joint, row, value, limit } = record;
  const { name, unit } = jointOf(envelope, joint);
  const [at, bound] = formatPair(value, limit);
  const sign = value < limit ? ">=" : "<=";
  return [
    `joint '${name}' at ${at} ${unit} ${whereOf(record)}, limit ${sign} ${bound} ${unit}`,
    { joint: name, ...rowOf(row), value, limit, unit },
  ];
}

function jointCap(perTime: string): (judged: Judged) => Words {
  return ({ record, envelope }) => {
    const { joint, row, value, limit } = record;
    const { name, unit: base } = jointOf(envelope, joint);
    const unit = `${base}${perTime}`;
    const [at, bound] = formatPair(value, limit);
    return [
      `joint '${name}' at ${at} ${unit} ${whereOf(record)}, limit ${bound} ${unit}`,
      { joint: name, ...rowOf(row), value, limit, unit },
    ];
  };
}

function torque({ record, envelope }: Judged): Words {
  const { joint, row, value, limit } = record;
  const { name, unit: base } = jointOf(envelope, joint);
  const unit = base === "m" ? "N" : "Nm";
  const [at, bound] = formatPair(value, limit);
  return [`joint '${name}' at ${at} ${unit} ${whereOf(record)}, limit ${bound} ${unit}`, { joint: name, row, value, limit, unit }];
}

function jump({ record, envelope, chunk, state }: Judged): Words {
  const { joint, value, limit } = record;
  const { name, unit } = jointOf(envelope, joint);
  const [far, allowed] = formatPair(value, limit);
  return [
    `joint '${name}' would jump ${far} ${unit} from where it was measured, limit ${allowed} ${unit}`,
    {
      joint: name,
      row: 0,
      value,
      limit,
      commanded: chunk.rows[joint] ?? "none",
      measured: state.measuredRad[joint] ?? "none",
      unit,
    },
  ];
}

function workspace({ record, geometry, parts, chunk }: Judged): Words {
  const { joint, row, value, limit } = record;
  const axis = "xyz"[joint] ?? "?";
  if (record.step >= geometryStep) {
    const point = geometry?.nameOfBody?.(geometry.finding.bodyA) ?? parts[chunk.part] ?? "the tip";
    const reason = `${point} ${formatG(-value)} m outside the workspace along ${axis} ${whereOf(record)}`;
    return [reason, { point, axis, ...rowOf(row), outsideM: -value }];
  }
  const [at, bound] = formatPair(value, limit);
  const sign = value < limit ? ">=" : "<=";
  const reason = `${parts[chunk.part] ?? "the tip"} at ${axis} ${at} m ${whereOf(record)}, workspace ${sign} ${bound} m`;
  return [reason, { axis, ...rowOf(row), value, limit, unit: "m" }];
}

function zone({ record, envelope }: Judged): Words {
  const index = zoneIndex(record);
  const name = envelope.noGoZones[index]?.name ?? `zone_${index}`;
  return [`inside no-go zone '${name}' ${whereOf(record)}`, { zone: name, ...rowOf(record.row) }];
}

/** A pose's own check leaves the zone as its value; geometry as the other body. */
export function zoneIndex({ step, value, nearestB }: VerdictRecord): number {
  return step === 12 ? value : nearestB;
}

function partCap(verb: string, unit: string, whose?: string): (judged: Judged) => Words {
  return ({ record, geometry, parts, chunk }) => {
    const { joint, row, value, limit, step } = record;
    const [at, bound] = formatPair(value, limit);
    const point = step >= geometryStep && joint !== NO_JOINT ? geometry?.nameOfBody?.(joint) : undefined;
    const name = whose ?? point ?? parts[chunk.part] ?? "the tip";
    return [`${name} ${verb} ${at} ${unit} ${whereOf(record)}, limit ${bound} ${unit}`, { ...rowOf(row), value, limit, unit }];
  };
}

function baseComponent({ record: { joint, row, value } }: Judged): Words {
  const component = ["x", "y", "z", "roll", "pitch", "yaw"][joint] ?? String(joint);
  return [`a planar base cannot move along ${component}: ${value} in row ${row}`, { component, row, value, limit: 0 }];
}

function gripper({ record: { row, value, mode }, envelope }: Judged): Words {
  const binary = modes[mode]?.name === "gripper_binary";
  const lower = binary ? 0 : envelope.gripperMin;
  const upper = binary ? 1 : envelope.gripperMax;
  const relation = binary ? "neither 0 nor 1" : `outside [${lower}, ${upper}]`;
  return [`gripper opening ${value} in row ${row} is ${relation}`, { row, value, lower, upper }];
}

function stateNotFinite({ record: { joint, value }, envelope }: Judged): Words {
  const { name } = jointOf(envelope, joint);
  return [`the measured position of joint '${name}' is ${value}`, { joint: name, value: String(value) }];
}

function stateStale({ record: { joint, value, limit }, envelope }: Judged): Words {
  const { name } = jointOf(envelope, joint);
  return [`joint '${name}' was measured ${value} ms ago, limit ${limit} ms`, { joint: name, ageMs: value, limitMs: limit }];
}

function contact({ record: { value, limit } }: Judged): Words {
  return [`a contact force of ${value} N, limit ${limit} N`, { value, limit, unit: "N" }];
}

function collision({ record, geometry }: Judged): Words {
  const a = geometry?.nameOfBody?.(geometry.finding.bodyA) ?? `body ${record.joint}`;
  const b = nameOfOther(geometry);
  const [at, bound] = formatPair(record.value, record.limit);
  const verb = record.code === code.sweepUnproven ? "is not proven clear of" : "hits";
  return [
    `${a} ${verb} ${b} ${whereOf(record)}: ${at} m apart, needs > ${bound} m`,
    { a, b, ...rowOf(record.row), value: record.value, limit: record.limit, unit: "m" },
  ];
}

function nearer({ record, geometry }: Judged): Words {
  const a = geometry?.nameOfBody?.(geometry.finding.bodyA) ?? `body ${record.joint}`;
  const b = nameOfOther(geometry);
  const [at, best] = formatPair(record.value, record.limit);
  return [
    `in recovery ${a} comes nearer to ${b} ${whereOf(record)}: ${at} m apart, ${best} m before`,
    { a, b, ...rowOf(record.row), value: record.value, limit: record.limit, unit: "m" },
  ];
}

function budget({ record: { value, limit } }: Judged): Words {
  return [`judging took ${Math.round(value)} µs, limit ${limit} µs`, { value, limit, unit: "µs" }];
}

function jointOf(envelope: SafetyEnvelope, joint: number): { readonly name: string; readonly unit: "rad" | "m" } {
  return { name: envelope.jointNames[joint] ?? `joint ${joint}`, unit: envelope.jointUnits[joint] ?? "rad" };
}

function whereOf({ row, phase }: VerdictRecord): string {
  if (row === MEASURED_ROW) return "as measured";
  return phase === PHASE_SWEEP ? `on the way to row ${row}` : `in row ${row}`;
}

function rowOf(row: number): JsonObject {
  return row === MEASURED_ROW ? { phase: "measured" } : { row };
}

function columnOf({ joint, row }: VerdictRecord): JsonObject {
  return { ...(joint === NO_JOINT ? {} : { column: joint }), ...rowOf(row) };
}
