/**
 * Ends motion along the direction it had: every joint slows at a constant rate and all come to rest together, no joint beyond its
 * acceleration limit. Then holds until the measured joints are at rest.
 * @module
 */
import type { StopReceipt } from "../backend.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import type { Observer } from "./observer.ts";
import type { Simulation } from "./simulation.ts";

/** A stop that takes longer than this is reported as not at rest. */
const patienceMs = 2000;
/** At rest: every joint slower than this (rad/s, m/s) for `quietMs`. */
const restSpeed = 2e-3;
const quietMs = 20;
/** Used for joints without an acceleration limit, rad/s² or m/s². */
const defaultDeceleration = 10;

/** Advances the simulation; `advanced` is told of every step. Throws `backend.diverged` where the physics does. */
export function brake(
  simulation: Simulation,
  observer: Observer,
  robot: RobotModel,
  atMs: number,
  stepMs: number,
  advanced: () => void,
): StopReceipt {
  const n = robot.nJoints;
  const start = new Float64Array(n);
  const speed = new Float64Array(n);
  const target = new Float64Array(n);
  const feed = new Float64Array(n);
  simulation.readJointsInto(start);
  simulation.readVelocitiesInto(speed);
  // The fingers stay where they are driven to: a stop drops nothing.
  const path = new PathLength(observer);
  if (atRest(speed)) {
    simulation.readTargetInto(target);
    // Standing still under control already: keep the commanded posture, so that repeated stops cannot creep.
    if (near(target, start)) return receipt(atMs, atMs, 0, true);
  }
  const brakeMs = brakingTime(speed, robot) * 1000;
  const velocity = new Float64Array(n);
  let elapsedMs = 0;
  let movedUntilMs = 0;
  while (elapsedMs < patienceMs) {
    elapsedMs += stepMs;
    const t = Math.min(elapsedMs, brakeMs);
    const left = brakeMs > 0 ? 1 - t / brakeMs : 0;
    for (let j = 0; j < n; j++) {
      // ∫ v (1 - t/T) dt = v t (1 - t/2T)
      const ahead = start[j]! + (speed[j]! * t * (1 + left)) / 2000;
      target[j] = Math.min(robot.upperRad[j]!, Math.max(robot.lowerRad[j]!, ahead));
      feed[j] = speed[j]! * left;
    }
    simulation.step(target, feed);
    advanced();
    path.extend();
    simulation.readVelocitiesInto(velocity);
    if (!atRest(velocity)) movedUntilMs = elapsedMs;
    if (elapsedMs >= brakeMs && elapsedMs - movedUntilMs >= quietMs) return receipt(atMs, atMs + movedUntilMs, path.lengthM, true);
  }
  return receipt(atMs, atMs + elapsedMs, path.lengthM, false);
}

class PathLength {
  readonly #observer: Observer;
  readonly #last = new Float64Array(3);
  readonly #now = new Float64Array(3);
  lengthM = 0;

  constructor(observer: Observer) {
    this.#observer = observer;
    observer.tipPositionInto(this.#last);
  }

  extend(): void {
    this.#observer.tipPositionInto(this.#now);
    const [x = 0, y = 0, z = 0] = this.#now;
    const dx = x - this.#last[0]!;
    const dy = y - this.#last[1]!;
    const dz = z - this.#last[2]!;
    this.lengthM += Math.sqrt(dx * dx + dy * dy + dz * dz);
    this.#last.set(this.#now);
  }
}

function receipt(atMs: number, restAtMs: number, stoppingDistanceM: number, atRest: boolean): StopReceipt {
  return Object.freeze({ acknowledged: true, atMs, restAtMs, stoppingTimeMs: restAtMs - atMs, stoppingDistanceM, atRest });
}

function brakingTime(speed: Float64Array, robot: RobotModel): number {
  let timeS = 0;
  for (let j = 0; j < speed.length; j++) {
    const limit = robot.maxAccelerationRadPerS2[j]!;
    const deceleration = limit > 0 && limit < Infinity ? limit : defaultDeceleration;
    timeS = Math.max(timeS, Math.abs(speed[j]!) / deceleration);
  }
  return timeS;
}

function atRest(speed: Float64Array): boolean {
  return speed.every((v) => Math.abs(v) <= restSpeed);
}

/** Within what the servos leave under load. */
function near(target: Float64Array, measured: Float64Array): boolean {
  return target.every((t, j) => Math.abs(t - measured[j]!) <= 0.02);
}
