/**
 * The words for a finding, made when somebody asks.
 * @module
 */
import {
  geometrySeverity,
  geometryWord,
  KIND_BOX,
  KIND_FIXTURE,
  KIND_OUTSIDE,
  KIND_SELF,
  KIND_VOXEL,
  KIND_WORLD,
  KIND_ZONE,
  phaseWord,
  type GeometryPhase,
  type GeometryWord,
} from "./codes.ts";
import type { GeometryFinding } from "./finding.ts";
import type { KernelGeometry } from "./kernel-geometry.ts";

/** Names as on the wire (safety-kernel.md §9). */
export interface GeometryEvidence {
  readonly code: GeometryWord;
  readonly severity: "pass" | "drop" | "violation";
  readonly phase: GeometryPhase;
  readonly collisionKind: "self" | "world";
  readonly linkA: string;
  readonly linkBOrObject: string;
  /** 0 for the measured state. */
  readonly horizonStep: number;
  readonly fraction: number;
  readonly distanceM: number;
  readonly limit: number;
}

export function geometryEvidence(geometry: KernelGeometry, finding: GeometryFinding): GeometryEvidence {
  return {
    code: geometryWord(finding.code),
    severity: geometrySeverity(finding.code),
    phase: phaseWord(finding.phase),
    collisionKind: finding.kind === KIND_SELF ? "self" : "world",
    linkA: geometry.nameOfBody(finding.bodyA),
    linkBOrObject: otherName(geometry, finding),
    horizonStep: Math.max(0, finding.row),
    fraction: finding.fraction,
    distanceM: finding.distanceM,
    limit: finding.limit,
  };
}

function otherName(geometry: KernelGeometry, { kind, other }: GeometryFinding): string {
  if (kind === KIND_OUTSIDE) return "voxel_outside";
  if (kind === KIND_BOX) return ["x", "y", "z"][other] ?? "";
  if (other < 0) return "";
  if (kind === KIND_SELF) return geometry.nameOfBody(other);
  if (kind === KIND_WORLD) return geometry.nameOfObstacle(other) || `world_${other}`;
  if (kind === KIND_FIXTURE) return geometry.nameOfObstacle(other);
  if (kind === KIND_VOXEL) return `voxel_${other}`;
  return kind === KIND_ZONE ? `zone_${other}` : "";
}
