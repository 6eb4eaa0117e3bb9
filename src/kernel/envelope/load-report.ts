/**
 * What a loaded kernel enforces, limit by limit. A limit that stands in an envelope and that nobody holds is said so.
 * @module
 */
import { capFields, perJointFields, type CapName } from "./envelope-fields.ts";
import { unboundedText } from "./mode-bounds.ts";
import type { SafetyEnvelope } from "./safety-envelope.ts";

export interface LoadReportLine {
  /** Compatible name. */
  readonly limit: string;
  readonly status: "enforced" | "not set" | "not enforceable";
  readonly detail: string;
}

/** What the kernel around the envelope has. */
export interface KernelParts {
  readonly geometry: boolean;
  readonly predictor: boolean;
  readonly clock: boolean;
  readonly leases: boolean;
  /** Compatible names of limits that something beside the kernel enforces: the enable device `deadman_required`. */
  readonly enforcedElsewhere: readonly string[];
}

export function loadReport(envelope: SafetyEnvelope, parts: KernelParts): readonly LoadReportLine[] {
  return [
    ...perJointFields.map(({ name, compatible }) => jointLine(compatible, envelope[name])),
    ...capFields.map(({ name, compatible }) => capLine(name, compatible, envelope, parts)),
    boxLine(envelope, parts),
    zoneLine(envelope, parts),
    line("gripper_min, gripper_max", true, `${envelope.gripperMin} to ${envelope.gripperMax}`),
    deadmanLine(envelope, parts),
    personLine(envelope, parts),
    line("chunk_validation_deadline_us", parts.clock, parts.clock ? "between checks" : "no clock was given", true),
    line(
      "geometry",
      parts.geometry,
      parts.geometry ? geometryText(parts) : "none: no collision, no swept proof, no workspace or speed of the tip by kinematics",
    ),
    ...envelope.acknowledgedUnbounded.flatMap((mode) => {
      const open = envelope.supportedModes.includes(mode) ? unboundedText(envelope, mode) : undefined;
      return open === undefined ? [] : [line(`mode ${mode}`, false, `acknowledged as unbounded: it has not ${open}`, true)];
    }),
  ];
}

function line(limit: string, enforced: boolean, detail: string, wanted = false): LoadReportLine {
  return { limit, status: enforced ? "enforced" : wanted ? "not enforceable" : "not set", detail };
}

function jointLine(limit: string, column: readonly number[]): LoadReportLine {
  const set = column.filter(Number.isFinite).length;
  return line(limit, set > 0, `${set} of ${column.length} joints`);
}

const byTip: ReadonlySet<CapName> = new Set(["maxEeSpeedMps", "maxEeAngularSpeedRadPerS", "maxEeAccelMps2"]);
const cartesianModes = ["cartesian_pose", "cartesian_delta", "cartesian_twist"];

function capLine(name: CapName, limit: string, envelope: SafetyEnvelope, { geometry }: KernelParts): LoadReportLine {
  const cap = envelope[name];
  if (!Number.isFinite(cap)) return line(limit, false, "");
  if ((name === "maxForceN" || name === "contactForceThresholdN") && !envelope.forceSensor)
    return line(limit, false, `${cap}, but no force sensor`, true);
  if (!byTip.has(name) || geometry) return line(limit, true, String(cap));
  const commanded = name !== "maxEeAccelMps2" && envelope.supportedModes.some((mode) => cartesianModes.includes(mode));
  return line(limit, commanded, `${cap}, ${commanded ? "in Cartesian modes only: " : ""}no geometry`, true);
}

function boxLine({ boxMinM, boxMaxM, supportedModes }: SafetyEnvelope, { geometry }: KernelParts): LoadReportLine {
  const limit = "workspace_box_min_xyz, workspace_box_max_xyz";
  if (boxMinM === undefined || boxMaxM === undefined) return line(limit, false, "");
  const text = `(${boxMinM.join(", ")}) to (${boxMaxM.join(", ")})`;
  if (geometry) return line(limit, true, text);
  const poses = supportedModes.includes("cartesian_pose");
  return line(limit, poses, `${text}, ${poses ? "targets of cartesian_pose only: " : ""}no geometry`, true);
}

function zoneLine({ noGoZones, supportedModes }: SafetyEnvelope, { geometry }: KernelParts): LoadReportLine {
  if (noGoZones.length === 0) return line("no_go_zones", false, "");
  const names = noGoZones.map(({ name }) => name).join(", ");
  if (geometry) return line("no_go_zones", true, names);
  const poses = supportedModes.includes("cartesian_pose");
  return line("no_go_zones", poses, `${names}, ${poses ? "targets of cartesian_pose only: " : ""}no geometry`, true);
}

function deadmanLine({ deadmanRequired }: SafetyEnvelope, { enforcedElsewhere }: KernelParts): LoadReportLine {
  if (!deadmanRequired) return line("deadman_required", false, "");
  const held = enforcedElsewhere.includes("deadman_required");
  return line("deadman_required", held, held ? "by the enable device" : "no enable device is connected", true);
}

function personLine({ humanInLoopRequired }: SafetyEnvelope, { leases }: KernelParts): LoadReportLine {
  if (!humanInLoopRequired) return line("human_in_loop_required", false, "");
  return line("human_in_loop_required", leases, leases ? "a lease needs an approval" : "this kernel works without leases", true);
}

function geometryText({ predictor }: KernelParts): string {
  return predictor ? "with prediction of other modes" : "joint modes only: no predictor";
}
