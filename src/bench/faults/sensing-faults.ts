/**
 * What the sensors may say that is not so.
 * @module
 */
import type { Observation } from "../../core/observation.ts";
import type { Hooks, Machine, MotionFault } from "./fault.ts";

/** Each is made anew for a run, because some remember what they saw. */
export const sensingFaults: readonly MotionFault[] = [
  joint("joint position NaN", () => Number.NaN),
  joint("joint position +Infinity", () => Number.POSITIVE_INFINITY),
  joint("joint position -Infinity", () => Number.NEGATIVE_INFINITY),
  joint("joint position 1e308", () => 1e308),
  joint("joint position as text", () => "0.3"),
  joint("joint position null", () => null),
  joint("joint position missing in its place", () => undefined),
  joint("joint sign flipped", (q) => -q),
  joint("joint 0.2 rad off", (q) => q + 0.2),
  joint("joint scaled by 1.5", (q) => 1.5 * q),
  joint("joint in degrees", (q) => (q * 180) / Math.PI),
  positions("all joint positions NaN", (q) => q.map(() => Number.NaN)),
  positions("all joints in degrees", (q) => q.map((value) => (value * 180) / Math.PI)),
  positions("all joints zero", (q) => q.map(() => 0)),
  positions("two joints swapped", (q) => [q[0], q[3], q[2], q[1], ...q.slice(4)]),
  positions("joints in reverse order", (q) => q.toReversed()),
  positions("one joint short", (q) => q.slice(1)),
  positions("one joint too many", (q) => [...q, 0]),
  positions("no joints", () => []),
  positions("joint vector null", () => null),
  stuck("one joint stuck", (first, q) => q.map((value, j) => (j === 0 ? first[j] : value))),
  stuck("all joints stuck, stamps fresh", (first) => first),
  frozen("sensor frozen: the same message for ever", (first) => first),
  frozen("sensor frozen, number counts on", (first, seen) => ({ ...first, seq: seen.seq, id: seen.id })),
  late("measurements 400 ms late", false),
  late("measurements 400 ms late, stamped now", true),
  changed("joint velocity NaN", (seen) => ({ ...seen, qdRadPerS: seen.qdRadPerS.map(() => Number.NaN) })),
  changed("number repeats", (seen) => ({ ...seen, seq: 1 })),
  changed("number runs backwards", (seen) => ({ ...seen, seq: 1e6 - seen.seq })),
  changed("number NaN", (seen) => ({ ...seen, seq: Number.NaN })),
  changed("number not whole", (seen) => ({ ...seen, seq: seen.seq + 0.5 })),
  changed("stamp NaN", (seen) => ({ ...seen, atMs: Number.NaN })),
  changed("stamp Infinity", (seen) => ({ ...seen, atMs: Number.POSITIVE_INFINITY })),
  changed("stamp one second ahead", (seen) => ({ ...seen, atMs: seen.atMs + 1000 })),
  changed("stamp ten seconds behind", (seen) => ({ ...seen, atMs: seen.atMs - 10_000 })),
  changed("stamp in seconds", (seen) => ({ ...seen, atMs: seen.atMs / 1000 })),
  changed("joints ten seconds old", (seen) => ({ ...seen, ageMs: { ...seen.ageMs, joints: 10_000 } })),
  changed("age of joints NaN", (seen) => ({ ...seen, ageMs: { ...seen.ageMs, joints: Number.NaN } })),
  changed("age of joints negative", (seen) => ({ ...seen, ageMs: { ...seen.ageMs, joints: -1000 } })),
  changed("no ages", (seen) => ({ ...seen, ageMs: {} })),
  changed("tip position NaN", (seen) => ({ ...seen, worldFromTip: { ...seen.worldFromTip, position: [Number.NaN, 0, 0] } })),
  changed("tip 0.3 m off its joints", (seen) => {
    const [x, y, z] = seen.worldFromTip.position;
    return { ...seen, worldFromTip: { ...seen.worldFromTip, position: [x + 0.3, y, z] } };
  }),
  changed("tip orientation zero", (seen) => ({ ...seen, worldFromTip: { ...seen.worldFromTip, orientation: [0, 0, 0, 0] } })),
  changed("objects gone", (seen) => ({ ...seen, objects: [] })),
  changed("message empty", () => ({})),
  changed("message undefined", () => undefined),
  changed("message null", () => null),
  changed("message a number", () => 42),
  sensing("reading throws", () => ({
    observe() {
      throw new Error("sensor gone");
    },
  })),
  sensing("reading rejects", () => ({ observe: () => Promise.reject(new Error("sensor gone")) })),
];

function sensing(name: string, hooks: () => Hooks): MotionFault {
  return { kind: "motion", group: "sensing", name, hooks };
}

function changed(name: string, change: (seen: Observation) => unknown): MotionFault {
  return sensing(name, () => ({ observe: change }));
}

function positions(name: string, change: (qRad: readonly number[]) => unknown): MotionFault {
  return changed(name, (seen) => ({ ...seen, qRad: change(seen.qRad) }));
}

/** The base, which turns in the motion of the bench. */
function joint(name: string, change: (qRad: number) => unknown): MotionFault {
  return positions(name, (q) => q.map((value, j) => (j === 0 ? change(value) : value)));
}

function stuck(name: string, change: (first: readonly number[], qRad: readonly number[]) => unknown): MotionFault {
  return sensing(name, () => {
    let first: readonly number[] | undefined;
    return {
      observe(seen) {
        first ??= seen.qRad;
        return { ...seen, qRad: change(first, seen.qRad) };
      },
    };
  });
}

function frozen(name: string, change: (first: Observation, seen: Observation) => unknown): MotionFault {
  return sensing(name, () => {
    let first: Observation | undefined;
    return {
      observe(seen) {
        first ??= seen;
        return change(first, seen);
      },
    };
  });
}

/** Older messages in the place of new ones. */
function late(name: string, stampedNow: boolean): MotionFault {
  return sensing(name, () => {
    const past: Observation[] = [];
    return {
      observe(seen: Observation, _machine: Machine) {
        past.push(seen);
        const old = past.findLast(({ atMs }) => atMs <= seen.atMs - 400) ?? past[0];
        return stampedNow ? { ...old, atMs: seen.atMs, seq: seen.seq, id: seen.id } : { ...old, seq: seen.seq, id: seen.id };
      },
    };
  });
}
