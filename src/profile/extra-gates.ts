/**
 * `safety_gates` of a profile as gates.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ShapeSpec } from "../core/world-spec.ts";
import { actionSmoothingGate } from "../gate/action-smoothing-gate.ts";
import { chargePlanning } from "../gate/budget-gate.ts";
import { parseBudgetOptions, TenantBudgets, type BudgetCounter } from "../gate/budget-tenants.ts";
import { cooldownGate } from "../gate/cooldown-gate.ts";
import { deadlineGate } from "../gate/deadline-gate.ts";
import { denyListGate } from "../gate/deny-list-gate.ts";
import { forceCapGate } from "../gate/force-cap-gate.ts";
import type { Actor, Gate } from "../gate/gate.ts";
import { geofenceGate } from "../gate/geofence-gate.ts";
import { hitlGate } from "../gate/hitl-gate.ts";
import { rateLimitGate } from "../gate/rate-limit-gate.ts";
import { stepSizeGate } from "../gate/step-size-gate.ts";
import { timeWindowGate } from "../gate/time-window-gate.ts";
import type { Deny } from "../gate/verdict.ts";
import { workspaceGate } from "../gate/workspace-gate.ts";
import { shapeFromSpec } from "../geometry/shapes.ts";
import { WorkspaceModel } from "../geometry/workspace-model.ts";
import type { Primitive } from "../intent/primitive.ts";
import { DeadlineMonitor } from "../runtime/deadline-monitor.ts";
import type { RuntimeWatcher } from "../runtime/runtime-setup.ts";
import type { ExtraGate } from "./gate-kinds.ts";
import type { RobotProfile } from "./profile.ts";

export interface ExtraGates {
  readonly gates: readonly Gate[];
  /** Present when the profile has a budget: planning is paid for before it happens. */
  readonly chargePlanning: ((actor: Actor, primitive: Primitive) => Deny | null) | undefined;
  /** What gates among them have to be told. */
  readonly watchers: readonly RuntimeWatcher[];
}

export interface ExtraGateSources {
  readonly clock: Clock;
  /** Names of the registered primitives. */
  readonly registered: readonly string[];
}

export function extraGates(profile: RobotProfile, sources: ExtraGateSources): ExtraGates {
  const gates: Gate[] = [];
  const watchers: RuntimeWatcher[] = [];
  let charge: ExtraGates["chargePlanning"];
  for (const extra of profile.safety_gates) {
    if (extra.kind === "budget")
      charge = planningCharge(new TenantBudgets({ ...parseBudgetOptions(given(extra.args)), clock: sources.clock }));
    else if (extra.kind === "deadline") {
      const { gate, watcher } = paceWatch(extra.args, profile.chunk_ms, sources.clock);
      gates.push(gate);
      watchers.push(watcher);
    } else gates.push(gateOf(extra, sources));
  }
  return { gates, chargePlanning: charge, watchers };
}

function gateOf(extra: Exclude<ExtraGate, { readonly kind: "budget" | "deadline" }>, { registered }: ExtraGateSources): Gate {
  switch (extra.kind) {
    case "deny_list":
      return denyListGate({ denied: extra.args.denied });
    case "rate_limit":
      return rateLimitGate({ perMinute: extra.args.per_minute });
    case "cooldown":
      return cooldownGate({ defaultS: extra.args.default_s, perPrimitiveS: extra.args.per_primitive });
    case "geofence":
      return geofenceGate({ minCorner: extra.args.min_corner, maxCorner: extra.args.max_corner });
    case "workspace": {
      const { bounds_min, bounds_max, obstacles } = extra.args;
      const shapes = obstacles.map((shape, i) => shapeFromSpec(shape as ShapeSpec, `obstacle ${i}`));
      return workspaceGate({ workspace: new WorkspaceModel(bounds_min, bounds_max, shapes) });
    }
    case "force_cap":
      return forceCapGate(
        given({
          forceMaxN: extra.args.force_max,
          torqueMaxNm: extra.args.torque_max,
          velocityMaxMps: extra.args.velocity_max,
          accelerationMaxMps2: extra.args.acceleration_max,
          effortMax: extra.args.effort_max,
          angularVelocityMaxRadPerS: extra.args.angular_velocity_max,
          jointVelocityMaxRadPerS: extra.args.joint_velocity_max,
        }),
      );
    case "action_smoothing": {
      const perPrimitive = Object.entries(extra.args.per_primitive).map(([name, limits]) => [name, smoothingLimits(limits)]);
      return actionSmoothingGate({ ...smoothingLimits(extra.args), perPrimitive: Object.fromEntries(perPrimitive) });
    }
    case "human_in_the_loop":
      return hitlGate({ requiresApproval: extra.args.requires_approval, timeoutMs: extra.args.timeout_s * 1000, registered });
    case "time_window": {
      const { per_primitive, time_zone } = extra.args;
      const windows = Object.entries(per_primitive).map(([name, days]) => [name, days.map(dayWindow)] as const);
      return timeWindowGate({ perPrimitive: Object.fromEntries(windows), ...(time_zone === undefined ? {} : { timeZone: time_zone }) });
    }
    case "step_size":
      return stepSizeGate({ maxStepM: extra.args.max_step_m });
    default:
      return extra satisfies never;
  }
}

/**
 * Chunks that come late, within one motion: after `max_consecutive` of them in a row at its end, the next motion is refused, once.
 * Between motions nothing is late.
 */
function paceWatch(
  { max_consecutive, overrun_threshold }: { readonly max_consecutive: number; readonly overrun_threshold: number },
  chunkMs: number,
  clock: Clock,
): { readonly gate: Gate; readonly watcher: RuntimeWatcher } {
  const monitor = new DeadlineMonitor({ targetHz: 1000 / chunkMs, clock, overrunThreshold: overrun_threshold });
  let missed = 0;
  return {
    gate: deadlineGate(
      {
        get consecutiveMisses() {
          return missed;
        },
      },
      { maxConsecutive: max_consecutive },
    ),
    watcher: {
      onProgress: () => void monitor.observe(),
      onStep() {
        missed = monitor.consecutiveMisses;
        monitor.reset();
      },
    },
  };
}

function smoothingLimits(limits: { readonly max_velocity?: number | undefined; readonly max_acceleration?: number | undefined }) {
  const { max_velocity, max_acceleration } = limits;
  return {
    ...(max_velocity === undefined ? {} : { maxVelocityMps: max_velocity }),
    ...(max_acceleration === undefined ? {} : { maxAccelerationMps2: max_acceleration }),
  };
}

function dayWindow({
  start,
  end,
  end_before_start,
}: {
  readonly start: string;
  readonly end: string;
  readonly end_before_start?: boolean | undefined;
}) {
  return { start, end, ...(end_before_start === undefined ? {} : { endBeforeStart: end_before_start }) };
}

/** Validation for everything; inverse kinematics and a swept check besides for what moves. */
function planningCharge(budgets: TenantBudgets): (actor: Actor, primitive: Primitive) => Deny | null {
  const looking: readonly BudgetCounter[] = ["action_validations"];
  const moving: readonly BudgetCounter[] = ["action_validations", "inverse_kinematics", "simulation_checks"];
  return (actor, { risk }) => chargePlanning(budgets, actor.tenant, risk === "move" || risk === "contact" ? moving : looking);
}

function given<Value>(args: Readonly<Record<string, Value | undefined>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(args).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}
