import { assert, double, property } from "fast-check";
import { expect, test } from "vitest";
import { PIECE_NUMBERS, ProfileBuilder, type TimeProfile } from "./time-profile.ts";
import { appendPassage, appendRestToRest } from "./trapezoid.ts";

const seed = 20261121;

interface Checked {
  readonly durationS: number;
  readonly topSpeed: number;
  readonly topAcceleration: number;
  readonly gaps: number;
}

/** Walks the pieces and measures the largest jump in position and speed between them, the last against the stated end. */
function check(profile: TimeProfile, startSpeed: number, endSpeed: number): Checked {
  const p = profile.pieces;
  let position = 0;
  let speed = startSpeed;
  let topSpeed = 0;
  let topAcceleration = 0;
  let gaps = 0;
  for (let at = 0; at < p.length; at += PIECE_NUMBERS) {
    gaps = Math.max(gaps, Math.abs(p[at + 1]! - position), Math.abs(p[at + 2]! - speed));
    const dt = (p[at + PIECE_NUMBERS] ?? profile.durationS) - p[at]!;
    const acceleration = p[at + 3]!;
    const jerk = p[at + 4]!;
    const endAcceleration = acceleration + jerk * dt;
    position = p[at + 1]! + p[at + 2]! * dt + (acceleration / 2) * dt * dt + (jerk / 6) * dt * dt * dt;
    speed = p[at + 2]! + acceleration * dt + (jerk / 2) * dt * dt;
    topSpeed = Math.max(topSpeed, p[at + 2]!, speed);
    topAcceleration = Math.max(topAcceleration, Math.abs(acceleration), Math.abs(endAcceleration));
  }
  gaps = Math.max(gaps, Math.abs(profile.length - position), Math.abs(endSpeed - speed));
  return { durationS: profile.durationS, topSpeed, topAcceleration, gaps };
}

function restToRest(length: number, speed: number, acceleration: number, jerk: number): Checked {
  const builder = new ProfileBuilder();
  appendRestToRest(builder, length, { speed, acceleration, jerk });
  return check(builder.build(), 0, 0);
}

test.for([
  // length, speed, acceleration, jerk, seconds
  ["trapezoid, H18 without turning", 0.5, 0.5, 1, Infinity, 1.5],
  ["triangle", 1, 10, 1, Infinity, 2],
  ["no speed limit", 1, Infinity, 1, Infinity, 2],
  ["all seven phases: L/v + v/a + a/j", 4, 1, 1, 2, 5.5],
  ["top speed, never full acceleration: L/v + 2 sqrt(v/j)", 4, 1, 10, 4, 5],
  ["full acceleration, never top speed: 2 (v/a + a/j), v = 2", 6, 10, 1, 1, 6],
  ["neither: 4 (L / 2j)^(1/3)", 2, 10, 10, 1, 4],
] as const)("R6 rest to rest, %s", ([, length, speed, acceleration, jerk, seconds]) => {
  const found = restToRest(length, speed, acceleration, jerk);
  expect(found.durationS).toBeCloseTo(seconds, 12);
  expect(found.gaps).toBeLessThan(1e-12);
});

const positive = double({ min: 1e-3, max: 1e3, noNaN: true });

test("R6 rest to rest keeps every limit, joins its pieces and reaches one limit at least", () => {
  assert(
    property(positive, positive, positive, positive, (length, speed, acceleration, jerk) => {
      const found = restToRest(length, speed, acceleration, jerk);
      expect(found.gaps).toBeLessThan(1e-9 * Math.max(length, speed, 1));
      expect(found.topSpeed).toBeLessThanOrEqual(speed * (1 + 1e-9));
      // Piece times are rounded to the duration's last digit; times the jerk that is an acceleration.
      const rounding = jerk * found.durationS * 1e-15;
      expect(found.topAcceleration).toBeLessThanOrEqual(acceleration * (1 + 1e-9) + rounding);
      // Lower bounds that hold for every motion: at top speed all the way; at full acceleration and jerk all the time.
      expect(found.durationS).toBeGreaterThanOrEqual(length / speed);
      expect(found.durationS).toBeGreaterThanOrEqual(2 * Math.sqrt(length / acceleration) * (1 - 1e-9));
      expect(found.durationS).toBeGreaterThanOrEqual(4 * Math.cbrt(length / (2 * jerk)) * (1 - 1e-9));
    }),
    { seed, numRuns: 500, endOnFailure: true },
  );
});

test("R6 a jerk limit that hardly limits costs hardly any time", () => {
  assert(
    property(positive, positive, positive, (length, speed, acceleration) => {
      const rounded = restToRest(length, speed, acceleration, acceleration * 1e9).durationS;
      expect(rounded).toBeCloseTo(restToRest(length, speed, acceleration, Infinity).durationS, 6);
    }),
    { seed, numRuns: 300, endOnFailure: true },
  );
});

test("R6 a passage between two speeds keeps its limits and is no slower than one through the slower speed", () => {
  const part = double({ min: 0, max: 1, noNaN: true });
  assert(
    property(positive, positive, positive, part, part, (length, speed, acceleration, a, b) => {
      // What a forward and a backward pass would leave: ends within reach of each other.
      const startSpeed = a * speed;
      const low = Math.sqrt(Math.max(0, startSpeed * startSpeed - 2 * acceleration * length));
      const high = Math.min(speed, Math.sqrt(startSpeed * startSpeed + 2 * acceleration * length));
      const endSpeed = low + (high - low) * b;
      const builder = new ProfileBuilder();
      appendPassage(builder, length, startSpeed, endSpeed, speed, acceleration);
      const found = check(builder.build(), startSpeed, endSpeed);
      expect(found.gaps).toBeLessThan(1e-6 * Math.max(length, speed));
      expect(found.topSpeed).toBeLessThanOrEqual(speed * (1 + 1e-9));
      expect(found.topAcceleration).toBeLessThanOrEqual(acceleration);
      expect(found.durationS).toBeLessThanOrEqual((2 * length) / (startSpeed + endSpeed) + 1e-9);
    }),
    { seed, numRuns: 500, endOnFailure: true },
  );
});
