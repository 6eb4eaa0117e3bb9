/**
 * The loop that joins everything; owns time, order, approvals, intervention and every effect.
 * @module
 */
export {
  alwaysApprove,
  alwaysDeny,
  ApprovalQueue,
  requestApproval,
  type ApprovalAnswer,
  type ApprovalChannel,
  type ApprovalRequest,
} from "./approvals.ts";
export { controlLoop, type ControlLoopOptions, type ControlLoopReport } from "./control-loop.ts";
export { DeadlineMonitor, type DeadlineMiss, type DeadlineOptions, type DeadlineStats } from "./deadline-monitor.ts";
export type { Decided, Repair } from "./decide.ts";
export { executePlan, type Execution, type ExecutionContext, type Progress } from "./execute-plan.ts";
export { InterventionController, type Hand, type InterventionEntry, type InterventionState } from "./intervention.ts";
export { ObservationBuffer } from "./observation-buffer.ts";
export type { Pacer, PaceAnswer, PaceQuestion, PaceView, PlanPacer } from "./pace.ts";
export { walkingPeople, type PeopleSeen, type PeopleSensor, type SensedPerson } from "./people-sensor.ts";
export type { Preview, PreviewStep } from "./preview.ts";
export { realClock } from "./real-clock.ts";
export { isAnyError, isTransientError, stepWithRetry, type RetryOptions } from "./retry.ts";
export { runPlan, type PlanReport } from "./run-plan.ts";
export { runPolicy, type RunOptions, type RunReport } from "./run-policy.ts";
export type { Adopted, RuntimeSetup, RuntimeWatcher, StepOptions } from "./runtime-setup.ts";
export { speedAndSeparation, type SpeedAndSeparationOptions } from "./speed-and-separation.ts";
export { Runtime } from "./runtime.ts";
export { Supervision, type DistantKernel, type RecoveringKernel, type SupervisionOptions } from "./supervision.ts";
