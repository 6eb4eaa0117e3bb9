/**
 * What a planner may send, what the way to the machine may do to it, and what the machine may make of it.
 * @module
 */
import { Random } from "../../core/random.ts";
import type { Command, Vetted } from "../../kernel/command.ts";
import type { Hooks, Machine, MotionFault } from "./fault.ts";

export const commandFaults: readonly MotionFault[] = [
  rows("row NaN", (r, w) => set(r, 3 * w + 1, Number.NaN)),
  rows("row +Infinity", (r, w) => set(r, 3 * w + 1, Number.POSITIVE_INFINITY)),
  rows("row -Infinity", (r, w) => set(r, 3 * w + 1, Number.NEGATIVE_INFINITY)),
  rows("row 1e308", (r, w) => set(r, 3 * w + 1, 1e308)),
  rows("one setpoint 0.3 rad off", (r, w) => set(r, 3 * w + 1, r[3 * w + 1]! + 0.3)),
  rows("last setpoint 0.3 rad off", (r) => set(r, r.length - 2, r.at(-2)! + 0.3)),
  rows("whole chunk 0.5 rad off", (r) => r.map((q) => q + 0.5)),
  rows("in degrees", (r) => r.map((q) => (q * 180) / Math.PI)),
  rows("signs flipped", (r) => r.map((q) => -q)),
  rows("zeros", (r) => r.map(() => 0)),
  rows("rows in reverse order", (r, w) => permutedRows(r, w, (row, n) => n - 1 - row)),
  rows("joints in reverse order", (r, w) => r.map((_, i) => r[i - (i % w) + (w - 1 - (i % w))]!)),
  rows("two joints swapped", (r, w) => r.map((q, i) => (i % w === 0 ? r[i + 3]! : i % w === 3 ? r[i - 3]! : q))),
  rows("columns for rows", (r, w) => transposed(r, w)),
  rows("every tenth row only", (r, w) => r.filter((_, i) => Math.floor(i / w) % 10 === 9)),
  rows("no rows", () => new Float64Array(0)),
  rows("half a row too few", (r, w) => r.slice(0, r.length - Math.floor(w / 2))),
  rows("a million numbers", () => new Float64Array(1_000_006)),
  rows("single precision", (r) => new Float32Array(r)),
  rows("a plain list", (r) => [...r]),
  rows("no list at all", () => null),
  field("width one less", (c) => ({ width: c.width - 1 })),
  field("width one more", (c) => ({ width: c.width + 1 })),
  field("width 0", () => ({ width: 0 })),
  field("width NaN", () => ({ width: Number.NaN })),
  field("period 0", () => ({ periodMs: 0 })),
  field("period NaN", () => ({ periodMs: Number.NaN })),
  field("period negative", (c) => ({ periodMs: -c.periodMs })),
  field("period Infinity", () => ({ periodMs: Number.POSITIVE_INFINITY })),
  field("period a tenth: ten times as fast", (c) => ({ periodMs: c.periodMs / 10 })),
  field("period in seconds", (c) => ({ periodMs: c.periodMs / 1000 })),
  field("unknown mode", () => ({ mode: "teleport" })),
  field("mode of velocities", () => ({ mode: "joint_velocity" })),
  field("mode of torques", () => ({ mode: "joint_torque" })),
  field("mode of the gripper", () => ({ mode: "gripper_position" })),
  field("chunk from yesterday", () => ({ validUntilMs: -86_400_000 })),
  field("validity NaN", () => ({ validUntilMs: Number.NaN })),
  field("number repeats", () => ({ seq: 1 })),
  field("number backwards", (c) => ({ seq: c.seq - 2 })),
  field("number NaN", () => ({ seq: Number.NaN })),
  field("number negative", () => ({ seq: -1 })),
  field("number not whole", (c) => ({ seq: c.seq + 0.5 })),
  field("answers observation -1", () => ({ basedOnSeq: -1 })),
  field("answers an observation of the future", (c) => ({ basedOnSeq: c.basedOnSeq + 1_000_000 })),
  field("answers observation NaN", () => ({ basedOnSeq: Number.NaN })),
  command("nothing", () => undefined),
  command("text", () => "move"),
  command("a getter that throws", (c) =>
    Object.defineProperty({ ...c }, "rows", {
      get() {
        throw new Error("boo");
      },
    }),
  ),
];

export const transportFaults: readonly MotionFault[] = [
  lost("one chunk lost", 1),
  lost("three chunks lost", 3),
  lost("every chunk lost", Number.POSITIVE_INFINITY),
  transport("every chunk twice", () => (chunk, deliver) => {
    deliver(chunk);
    deliver(chunk);
  }),
  transport("two chunks change places", () => {
    let held: Vetted | undefined;
    return (chunk, deliver) => {
      if (held === undefined) {
        held = chunk;
        return;
      }
      deliver(chunk);
      deliver(held);
      held = undefined;
    };
  }),
  transport("an old chunk again instead of the new one", () => {
    let first: Vetted | undefined;
    return (chunk, deliver) => deliver((first ??= chunk));
  }),
  onTheWay("a setpoint changed by 0.3 rad", (r) => r.set([r[8]! + 0.3], 8)),
  onTheWay("one bit flipped", (r) => flipBit(r, 8)),
  onTheWay("NaN written over a setpoint", (r) => r.set([Number.NaN], 8)),
  onTheWay("rows overwritten with zeros", (r) => r.fill(0)),
  transport("a copy instead of what was vetted", () => (chunk, deliver) => deliver({ ...chunk })),
  transport("a forged command", () => (chunk, deliver) => deliver(Object.assign(Object.create(Object.getPrototypeOf(chunk)), chunk))),
  transport("half of the rows", () => (chunk, deliver) => deliver({ ...chunk, rows: chunk.rows.subarray(0, chunk.rows.length / 2) })),
  transport("nothing instead of the command", () => (_chunk, deliver) => deliver(undefined as unknown as Vetted)),
];

export const machineFaults: readonly MotionFault[] = [
  machine("does nothing and says nothing", ({ beforeRad, displace }) => displace(beforeRad)),
  machine("one joint stuck", ({ beforeRad, qRad, displace }) => displace(qRad.map((q, j) => (j === 0 ? beforeRad[0]! : q)))),
  machine("one joint moves the other way", ({ beforeRad, qRad, displace }) =>
    displace(qRad.map((q, j) => (j === 0 ? 2 * beforeRad[0]! - q : q))),
  ),
  machine("two joints driven by each other's setpoints", ({ beforeRad, qRad, displace }) =>
    displace(
      qRad.map((q, j) => (j === 0 ? beforeRad[0]! + (qRad[3]! - beforeRad[3]!) : j === 3 ? beforeRad[3]! + (qRad[0]! - beforeRad[0]!) : q)),
    ),
  ),
  machine("goes half as far", ({ beforeRad, qRad, displace }) => displace(qRad.map((q, j) => (q + beforeRad[j]!) / 2))),
  machine("goes twice as far", ({ beforeRad, qRad, displace }) => displace(qRad.map((q, j) => 2 * q - beforeRad[j]!))),
  machine("overshoots by 0.05 rad", ({ qRad, displace }) => displace(qRad.map((q) => q + 0.05))),
  machine("sags 0.02 rad with each chunk", ({ qRad, displace }) => displace(qRad.map((q, j) => (j === 0 ? q + 0.02 : q)))),
  machine("runs away", ({ qRad, displace }) => displace(qRad.map((q, j) => (j === 0 ? q + 0.4 : q)))),
  remembering("springs back to where it began", () => {
    let first: readonly number[] | undefined;
    return ({ beforeRad, displace }) => displace((first ??= beforeRad));
  }),
  remembering("shakes", () => {
    const random = new Random("shake");
    return ({ qRad, displace }) => displace(qRad.map((q) => q + random.uniform(-0.1, 0.1)));
  }),
  machine("throws while moving", () => {
    throw new Error("drive fault");
  }),
];

function command(name: string, change: (sent: Command) => unknown): MotionFault {
  return { kind: "motion", group: "command", name, hooks: () => ({ command: change }) };
}

function field(name: string, change: (sent: Command) => object): MotionFault {
  return command(name, (sent) => ({ ...sent, ...change(sent) }));
}

function rows(name: string, change: (rows: Float64Array, width: number) => unknown): MotionFault {
  return field(name, (sent) => ({ rows: change(new Float64Array(sent.rows), sent.width) }));
}

function set(numbers: Float64Array, at: number, value: number): Float64Array {
  numbers[at] = value;
  return numbers;
}

function permutedRows(numbers: Float64Array, width: number, rowOf: (row: number, nRows: number) => number): Float64Array {
  const nRows = numbers.length / width;
  return numbers.map((_, i) => numbers[rowOf(Math.floor(i / width), nRows) * width + (i % width)]!);
}

function transposed(numbers: Float64Array, width: number): Float64Array {
  const nRows = numbers.length / width;
  return numbers.map((_, i) => numbers[(i % nRows) * width + Math.floor(i / nRows)]!);
}

function transport(name: string, hook: () => NonNullable<Hooks["transport"]>): MotionFault {
  return { kind: "motion", group: "transport", name, hooks: () => ({ transport: hook() }) };
}

function lost(name: string, count: number): MotionFault {
  return transport(name, () => {
    let left = count;
    return (chunk, deliver) => {
      if (left > 0) left -= 1;
      else deliver(chunk);
    };
  });
}

function onTheWay(name: string, change: (rows: Float64Array) => void): MotionFault {
  return transport(name, () => (chunk, deliver) => {
    change(chunk.rows);
    deliver(chunk);
  });
}

function flipBit(numbers: Float64Array, at: number): void {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset + 8 * at, 8);
  bytes[6] = (bytes[6] ?? 0) ^ 0b1000;
}

function machine(name: string, moved: (machine: Machine) => void): MotionFault {
  return remembering(name, () => moved);
}

/** Made anew for each run. */
function remembering(name: string, make: () => (machine: Machine) => void): MotionFault {
  const hooks = (): Hooks => {
    const moved = make();
    return { moved: (m) => moved({ beforeRad: m.beforeRad, qRad: m.qRad, displace: (q) => m.displace(q) }) };
  };
  return { kind: "motion", group: "machine", name, hooks };
}
