/**
 * No jumps: how fast an intent would make the tip go, judged from where the tip is now.
 *
 * The `motion` basis looks at measured start and target, so waiting, or alternating between primitives, never makes a jump legal. The
 * `interval` basis keeps the numbers of the reference, a baseline per name, for traces that must compare.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { ClearanceError } from "../core/errors.ts";
import { formatG } from "../core/format.ts";
import { distance, type Vec3 } from "../core/vec3.ts";
import type { Plan } from "../intent/plan.ts";
import type { Ask, Gate } from "./gate.ts";
import { unlessFresh } from "./measured.ts";
import { planFacts } from "./plan-facts.ts";
import { scaleWithin } from "./scale-within.ts";
import { speedPeaks } from "./speed-peaks.ts";
import { tipTrack } from "./tip-track.ts";
import { allow, deny, slow, type Deny, type Verdict } from "./verdict.ts";

export interface SmoothingLimits {
  readonly maxVelocityMps: number;
  readonly maxAccelerationMps2: number;
}

export interface ActionSmoothingConfig extends Partial<SmoothingLimits> {
  readonly basis?: "motion" | "interval";
  readonly perPrimitive?: Readonly<Record<string, Partial<SmoothingLimits>>>;
  /** Time in which a setpoint is taken to be reached, s, whatever time has passed since the last intent. */
  readonly horizonS?: number;
  /** Whether the machine follows a plan's own timing; one that does not makes every planned motion a setpoint. */
  readonly honoursLimits?: boolean;
}

export interface ActionSmoothingGate extends Gate {
  /** Forgets the interval baseline of one name, or of all. */
  reset(name?: string): void;
}

const id = "action_smoothing";
/** The shortest time between two intents that speeds are computed from, s. */
const MIN_INTERVAL_S = 1e-3;

export function actionSmoothingGate(config: ActionSmoothingConfig = {}): ActionSmoothingGate {
  const { basis = "motion", horizonS = 1, honoursLimits = true } = config;
  const limitsOf = parseLimits(config);
  if (!(Number.isFinite(horizonS) && horizonS > 0))
    throw new ClearanceError("value.invalid", `action_smoothing.horizonS is ${horizonS}; give a positive number of seconds`, {
      field: "action_smoothing.horizonS",
      problem: "not a positive finite number",
    });
  if (basis === "interval") return new IntervalSmoothing(limitsOf, new Map());
  return Object.freeze({
    id,
    check: (ask: Ask): Verdict => judgeMotion(ask, limitsOf(ask.intent.name), horizonS, honoursLimits),
    // Nothing to forget: the measured start is the only baseline.
    reset: () => undefined,
  });
}

type LimitsOf = (name: string) => SmoothingLimits;

function parseLimits(config: ActionSmoothingConfig): LimitsOf {
  const general = limits(config, { maxVelocityMps: 1, maxAccelerationMps2: 5 }, "");
  const special = new Map(Object.entries(config.perPrimitive ?? {}).map(([name, own]) => [name, limits(own, general, ` of ${name}`)]));
  return (name) => special.get(name) ?? general;
}

function limits(own: Partial<SmoothingLimits>, otherwise: SmoothingLimits, whose: string): SmoothingLimits {
  const { maxVelocityMps = otherwise.maxVelocityMps, maxAccelerationMps2 = otherwise.maxAccelerationMps2 } = own;
  for (const [field, value] of Object.entries({ maxVelocityMps, maxAccelerationMps2 }))
    if (!(value >= 0))
      throw new ClearanceError("value.invalid", `action_smoothing.${field}${whose} is ${value}; give a number of 0 or more`, {
        field: `action_smoothing.${field}`,
        problem: "not a number of 0 or more",
      });
  return Object.freeze({ maxVelocityMps, maxAccelerationMps2 });
}

const noMotion = allow(id, "no motion");
const passed = allow(id, "within limits");
const attached = allow(id, "planned within the attached limits");

function judgeMotion(ask: Ask, own: SmoothingLimits, horizonS: number, honoursLimits: boolean): Verdict {
  const { plan, primitive, world, intent } = ask;
  const { moves } = planFacts(plan);
  if (plan.declared.pointsInWorld.length === 0 && !moves) return noMotion;
  if (primitive.timing === "planned" && honoursLimits) return moves ? judgePlanned(ask, own) : attached;
  const stale = unlessFresh(id, ask, "joints");
  if (stale !== undefined) return stale;
  const lengthM = Math.max(declaredLength(world.observation.worldFromTip.position, plan), moves ? trackLength(ask) : 0);
  const { duration = plan.durationMs / 1000 } = intent.args;
  const wantedS = primitive.timing === "timed" ? duration : horizonS;
  if (!(typeof wantedS === "number" && Number.isFinite(wantedS))) return deny(id, "non_finite", "duration is not a finite number");
  if (!(wantedS > 0)) return deny(id, "invalid_duration", `duration is ${formatG(wantedS)} s; a timed motion needs more than 0`);
  const velocity = lengthM / wantedS;
  const acceleration = Math.abs(velocity - world.observation.tipSpeedMps) / wantedS;
  return overLimits(velocity, acceleration, own) ?? passed;
}

/** The plan brings its own timing, so limits are attached by following it more slowly where it needs that. */
function judgePlanned({ plan, world }: Ask, { maxVelocityMps, maxAccelerationMps2 }: SmoothingLimits): Verdict {
  const { limits: planning } = world;
  if (planning.maxTipSpeedMps <= maxVelocityMps && planning.maxTipAccelerationMps2 <= maxAccelerationMps2) return attached;
  const { fastest, maxMps2 } = speedPeaks(plan, world.robot);
  const bySpeed = scaleWithin(fastest.mps, maxVelocityMps);
  // Following a path at a share of the speed takes the square of that share of the acceleration.
  const byAcceleration = Math.sqrt(scaleWithin(maxMps2, maxAccelerationMps2));
  const scale = Math.min(bySpeed, byAcceleration);
  if (scale === 1) return attached;
  const worst = overLimits(fastest.mps, maxMps2, { maxVelocityMps, maxAccelerationMps2 });
  const reason = worst?.reason ?? "planned motion exceeds the limits";
  if (!(scale > 0)) return worst ?? deny(id, "too_fast", reason);
  return slow(id, "too_fast", scale, reason, worst?.evidence ?? {});
}

function overLimits(velocity: number, acceleration: number, own: SmoothingLimits): Deny | undefined {
  const { maxVelocityMps, maxAccelerationMps2 } = own;
  if (!(velocity <= maxVelocityMps)) return over("velocity", velocity, maxVelocityMps);
  if (!(acceleration <= maxAccelerationMps2)) return over("acceleration", acceleration, maxAccelerationMps2);
  return undefined;
}

function over(what: "velocity" | "acceleration", value: number, cap: number): Deny {
  const evidence = { [what]: evidenceNumber(value), cap: evidenceNumber(cap) };
  return deny(id, `${what}_exceeded`, `${what} ${formatG(value)} exceeds cap ${formatG(cap)}`, evidence);
}

function declaredLength(startM: Vec3, { declared }: Plan): number {
  let lengthM = 0;
  let fromM = startM;
  for (const point of declared.pointsInWorld) {
    lengthM += distance(fromM, point);
    fromM = point;
  }
  return lengthM;
}

function trackLength({ plan, world }: Ask): number {
  const { known, lengthM } = tipTrack(plan, world.robot);
  return known ? lengthM : Number.NaN;
}

interface Baseline {
  readonly targetM: Vec3;
  readonly atMs: number;
  readonly velocityMps: number;
}

class IntervalSmoothing implements ActionSmoothingGate {
  readonly id = id;
  readonly #limitsOf: LimitsOf;
  readonly #baselines: Map<string, Baseline>;

  constructor(limitsOf: LimitsOf, baselines: Map<string, Baseline>) {
    this.#limitsOf = limitsOf;
    this.#baselines = baselines;
  }

  check(ask: Ask): Verdict {
    const targetM = ask.plan.declared.pointsInWorld.at(-1);
    if (targetM === undefined) return noMotion;
    if (!(targetM.every(Number.isFinite) && Number.isFinite(ask.atMs))) return deny(id, "non_finite", "target is not a finite number");
    const before = this.#baselines.get(ask.intent.name);
    if (before === undefined) return passed;
    const dtS = intervalS(before, ask);
    const velocity = distance(before.targetM, targetM) / dtS;
    const acceleration = Math.abs(velocity - before.velocityMps) / dtS;
    return overLimits(velocity, acceleration, this.#limitsOf(ask.intent.name)) ?? passed;
  }

  commit(ask: Ask): void {
    const targetM = ask.plan.declared.pointsInWorld.at(-1);
    if (targetM === undefined) return;
    const before = this.#baselines.get(ask.intent.name);
    const velocityMps = before === undefined ? 0 : distance(before.targetM, targetM) / intervalS(before, ask);
    this.#baselines.set(ask.intent.name, { targetM, atMs: ask.atMs, velocityMps });
  }

  fork(): Gate {
    return new IntervalSmoothing(this.#limitsOf, new Map(this.#baselines));
  }

  reset(name?: string): void {
    if (name === undefined) this.#baselines.clear();
    else this.#baselines.delete(name);
  }
}

function intervalS(before: Baseline, { atMs }: Ask): number {
  return Math.max((atMs - before.atMs) / 1000, MIN_INTERVAL_S);
}
