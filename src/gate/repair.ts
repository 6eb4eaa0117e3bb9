/**
 * Opt-in repair of an intent's targets, before any gate: it proposes another intent, which must pass the same chain as every other.
 * @module
 */
import type { Shape } from "../geometry/shapes.ts";
import type { WorkspaceModel } from "../geometry/workspace-model.ts";
import type { Intent } from "../intent/intent.ts";
import { projectToSdf } from "./project-sdf.ts";
import type { ProjectionResult, TargetField } from "./project-targets.ts";
import { projectToWorkspace } from "./project-workspace.ts";
import { deny, type Deny } from "./verdict.ts";

export type RepairMode = "off" | "workspace" | "sdf";

export interface RepairOptions {
  /** Distance kept from obstacles, m: `workspace` 1e-6, `sdf` 0 unless given. */
  readonly clearanceM?: number;
  readonly maxDisplacementM?: number;
  /** Solids that the workspace does not know, for `sdf`. */
  readonly extras?: readonly Shape[];
  readonly nSteps?: number;
  readonly learningRate?: number;
}

/**
 * `fields` says which arguments hold the targets, in the world frame. `unchanged` returns the same object; `failed` keeps it, and the
 * runtime refuses it with `projectionDenial`.
 */
export function repairIntent(
  intent: Intent,
  fields: readonly TargetField[],
  workspace: WorkspaceModel,
  mode: RepairMode,
  options: RepairOptions = {},
): ProjectionResult {
  const { clearanceM, ...rest } = options;
  switch (mode) {
    case "off":
      return Object.freeze({ kind: "unchanged", intent, displacementM: 0 });
    case "workspace": {
      const { maxDisplacementM } = rest;
      return projectToWorkspace(intent, workspace, {
        fields,
        ...(clearanceM === undefined ? {} : { clearanceM }),
        ...(maxDisplacementM === undefined ? {} : { maxDisplacementM }),
      });
    }
    case "sdf":
      return projectToSdf(intent, workspace, { fields, ...rest, ...(clearanceM === undefined ? {} : { marginM: clearanceM }) });
    default:
      return mode satisfies never;
  }
}

/** The denial to record for a repair that failed. */
export function projectionDenial({ reason = "", displacementM }: ProjectionResult): Deny {
  const evidence = Number.isFinite(displacementM) ? { displacementM } : {};
  return deny("projection", "projection_failed", `projection failed: ${reason}`, evidence);
}
