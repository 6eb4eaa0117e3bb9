/**
 * The first door: gates, the chain that makes a cleared plan, budgets, the grounding hook, repair.
 * @module
 */
export { actionSmoothingGate, type ActionSmoothingConfig, type ActionSmoothingGate } from "./action-smoothing-gate.ts";
export { budgetGate, chargePlanning, type BudgetGateOptions } from "./budget-gate.ts";
export {
  budgetCounters,
  parseBudgetOptions,
  TenantBudgets,
  type BudgetCounter,
  type BudgetOptions,
  type BudgetRefusal,
  type BudgetReservation,
  type BudgetSnapshot,
} from "./budget-tenants.ts";
export type { Approval, ChainAnswer, ChainMode, PendingApproval } from "./chain-answer.ts";
export { createGateChain, isCleared, type ChainOptions, type GateChain } from "./chain.ts";
export type { Cleared } from "./cleared.ts";
export { TorqueConstraint, VelocityConstraint, WorkspaceConstraint } from "./constraint-limits.ts";
export { SpatialConstraint, type SpatialObstacles } from "./constraint-spatial.ts";
export type { ConstraintFinding, PhysicalConstraint } from "./constraint.ts";
export { cooldownGate, type CooldownConfig } from "./cooldown-gate.ts";
export { deadlineGate, type DeadlineConfig, type DeadlineView } from "./deadline-gate.ts";
export { denyListGate } from "./deny-list-gate.ts";
export { forceCapGate, type ForceCapConfig } from "./force-cap-gate.ts";
export type { Actor, Ask, Gate } from "./gate.ts";
export { gateNames } from "./gate-names.ts";
export { geofenceGate, type GeofenceConfig } from "./geofence-gate.ts";
export { groundingGate } from "./grounding-gate.ts";
export { GroundingHook, type EvaluateOptions, type GroundingHookOptions } from "./grounding-hook.ts";
export { groundingVerdictJson, type GroundingVerdict } from "./grounding-verdict.ts";
export { hitlGate, type HitlConfig } from "./hitl-gate.ts";
export { interventionGate, type InterventionView } from "./intervention-gate.ts";
export { jointLimitsGate } from "./joint-limits-gate.ts";
export { obstacleAvoidanceGate, type ObstacleAvoidanceConfig } from "./obstacle-avoidance-gate.ts";
export {
  parsePhysicalAction,
  physicalAction,
  physicalActionJson,
  type PhysicalAction,
  type PhysicalActionFields,
} from "./physical-action.ts";
export { prohibitedZonesGate } from "./prohibited-zones-gate.ts";
export { projectToSdf } from "./project-sdf.ts";
export { targetFieldsOf, type ProjectionResult, type TargetField } from "./project-targets.ts";
export { projectToWorkspace } from "./project-workspace.ts";
export { rateLimitGate, type RateLimitConfig } from "./rate-limit-gate.ts";
export { reachabilityGate } from "./reachability-gate.ts";
export { projectionDenial, repairIntent, type RepairMode, type RepairOptions } from "./repair.ts";
export { RobotCommandGuard } from "./robot-command-guard.ts";
export { smoothTarget } from "./smooth-target.ts";
export { spatialGate, type SpatialConfig } from "./spatial-gate.ts";
export { stateGate } from "./state-gate.ts";
export { stepSizeGate } from "./step-size-gate.ts";
export { stopProofGate, type StopProofView } from "./stop-proof-gate.ts";
export { timeWindowGate, type DayWindow, type TimeWindowConfig } from "./time-window-gate.ts";
export { torqueGate, type TorqueConfig } from "./torque-gate.ts";
export { velocityGate, type VelocityConfig } from "./velocity-gate.ts";
export { allow, deny, hold, slow, type Allow, type Deny, type Hold, type Slow, type Verdict } from "./verdict.ts";
export { windowGate, type WindowConfig } from "./window-gate.ts";
export { workspaceGate, type WorkspaceGateConfig } from "./workspace-gate.ts";
