/**
 * What a kernel is made from, and the refusal of parts that do not fit together.
 * @module
 */
import type { GeometryPort, PredictorPort } from "./checks/geometry-port.ts";
import { defaultJudgeParameters, judgeParameterProblems, type JudgeParameters } from "./checks/judge-parameters.ts";
import type { JudgeOptions } from "./chunk-judge.ts";
import { derivedEnvelope, type DerivedEnvelopeOptions } from "./envelope/derived-envelope.ts";
import { envelopeError } from "./envelope/load-envelope.ts";
import { KernelGeometry } from "./geometry/kernel-geometry.ts";
import type { KernelGeometryOptions } from "./geometry/options.ts";
import type { KernelParts } from "./envelope/load-report.ts";
import type { SafetyEnvelope } from "./envelope/safety-envelope.ts";
import { modeNamed, type Configurations } from "./modes.ts";

export interface KernelOptions extends DerivedEnvelopeOptions {
  /** Instead of the robot's own limits; then `gripper`, `modes` and the tolerances above are not read. */
  readonly envelope?: SafetyEnvelope;
  readonly parameters?: Partial<JudgeParameters>;
  readonly geometry?: GeometryPort;
  /** Instead of `geometry`, as plain data: what the kernel builds it from itself, also in another thread or process. */
  readonly solids?: KernelGeometryOptions;
  readonly predictor?: PredictorPort;
  /** A monotonic clock, µs: the time budget is measured with it. */
  readonly nowUs?: () => number;
  /** `standing` (default): no goals, stamps optional. `required`: every chunk belongs to the goal that holds the lease. */
  readonly leases?: "standing" | "required";
  /** `latch`: default with an `envelope`. `drop`: default without, for simulation; refused for real hardware. */
  readonly onViolation?: "latch" | "drop";
  /** Names a command's `part` may have; default: `arm` and the grippers. */
  readonly parts?: readonly string[];
  /** Hash of the robot model in use; leases that name another are for another robot. */
  readonly modelHash?: string;
  /** Compatible names of limits that something beside the kernel enforces. */
  readonly enforcedElsewhere?: readonly string[];
}

export interface KernelSettings {
  readonly geometry: GeometryPort | undefined;
  readonly envelope: SafetyEnvelope;
  readonly parts: readonly string[];
  readonly judge: JudgeOptions;
  readonly modelHash: string;
  readonly kernelParts: KernelParts;
}

/** The same, with the geometry that its solids describe. @throws ClearanceError `config.invalid` */
export function withGeometryMade({ solids, ...options }: KernelOptions): KernelOptions {
  return solids === undefined || options.geometry !== undefined ? options : { ...options, geometry: new KernelGeometry(solids) };
}

/** @throws ClearanceError `config.invalid` naming everything that cannot run. */
export function settingsOf(given: KernelOptions): KernelSettings {
  const options = withGeometryMade(given);
  const envelope = options.envelope ?? derivedEnvelope(options);
  const { geometry, predictor, nowUs, leases = "standing", modelHash = "", enforcedElsewhere = [] } = options;
  const latches = (options.onViolation ?? (options.envelope === undefined ? "drop" : "latch")) === "latch";
  const parameters = { ...defaultJudgeParameters, ...options.parameters };
  const problems = judgeParameterProblems(parameters);
  if (!latches && envelope.halMode === "real") problems.push("onViolation drop is for simulation only, and hal_mode is real");
  if (geometry !== undefined) problems.push(...geometryProblems(envelope, geometry, predictor));
  if (problems.length > 0) throw envelopeError(envelope.robotName, problems);
  const parts = options.parts ?? ["arm", ...envelope.grippers.filter((name) => name !== "arm")];
  return {
    envelope,
    parts,
    modelHash,
    geometry,
    kernelParts: {
      geometry: geometry !== undefined,
      predictor: predictor !== undefined,
      clock: nowUs !== undefined,
      leases: leases === "required",
      enforcedElsewhere,
    },
    judge: {
      parameters,
      maxRows: envelope.maxRows,
      nJoints: envelope.jointNames.length,
      nParts: parts.length,
      standingLease: leases === "standing",
      latches,
      ...(geometry === undefined ? {} : { geometry }),
      ...(predictor === undefined ? {} : { predictor }),
      ...(nowUs === undefined ? {} : { nowUs }),
    },
  };
}

/** A mode whose motion the geometry cannot look at does not run beside one that it can. */
function geometryProblems(envelope: SafetyEnvelope, geometry: GeometryPort, predictor: PredictorPort | undefined): string[] {
  return envelope.supportedModes.flatMap((mode) => {
    const { configurations } = modeNamed(mode);
    const seen = {
      predicted: predictor !== undefined,
      "measured-travel": geometry.judgeTravel !== undefined,
      base: geometry.judgeBase !== undefined,
      feet: geometry.judgeFeet !== undefined,
      rows: true,
      integrated: true,
      fingers: geometry.judgeFingers !== undefined || geometry.fingersStill === true,
      none: true,
    }[configurations];
    if (seen) return [];
    const what = needs[configurations] ?? `the ${configurations} configurations`;
    return [`geometry is on and cannot see ${what} of mode ${mode}`];
  });
}

/** What of the robot is missing, where its model cannot carry a mode. */
const needs: Readonly<Partial<Record<Configurations, string>>> = {
  fingers: 'the fingers (name their joints in `fingers`, or "still" where the model has none)',
  feet: "the feet, which robot models do not have,",
};
