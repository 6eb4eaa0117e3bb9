import { expect, test } from "vitest";
import { gantry } from "../robot/testing/gantry.ts";
import { pandaLike, pandaLikeCollision } from "../robot/testing/panda-like.ts";
import { CanaryRound, probeOf } from "./canaries.ts";
import { canaryTable } from "./canary-table.ts";
import type { CheckCode } from "./checks/verdict-codes.ts";
import type { GeometryPort } from "./checks/geometry-port.ts";
import { contactCanaries } from "./contact-canaries.ts";
import { tipCanaries } from "./tip-canaries.ts";
import type { KernelFixture } from "./geometry/fixture-check.ts";
import { KernelGeometry } from "./geometry/kernel-geometry.ts";
import type { KernelGeometryOptions } from "./geometry/options.ts";
import type { Command } from "./command.ts";
import type { KernelOptions } from "./kernel-options.ts";
import { createKernel, type Kernel, type Passed } from "./kernel.ts";
import { isVetted } from "./vetted.ts";

const everything: KernelOptions = {
  robot: gantry(),
  gripper: true,
  modes: ["joint_position", "joint_velocity", "gripper_position", "gripper_binary"],
};
const configurations: readonly KernelOptions[] = [
  everything,
  { ...everything, modes: ["gripper_binary"] },
  { ...everything, modes: ["joint_velocity"] },
  { ...everything, maxTrackingErrorRad: 0.2, maxTrackingErrorM: 0.001, maxPeriodMs: 40 },
  { robot: pandaLike(), gripper: false, modes: ["joint_position"] },
];

test("canary 1 every canary of a sound kernel dies of the check it is meant for", () => {
  for (const config of configurations) {
    const round = new CanaryRound({ config });
    expect(round.canaries.length).toBeGreaterThan(15);
    expect(round.tick(0, true)).toBeUndefined();
    expect(round.rounds).toBe(1);
  }
});

test("canary 2 there is one for every code that a kernel without goals and geometry can refuse with", () => {
  const codes: readonly CheckCode[] = [
    "closed",
    "malformed",
    "chunk_stale",
    "chunk_out_of_order",
    "dim_mismatch",
    "ndof_mismatch",
    "period_range",
    "nan_in_action",
    "mode_unsupported",
    "state_unavailable",
    "joint_position",
    "joint_velocity",
    "joint_rate",
    "joint_jump",
    "gripper_range",
  ];
  expect(new Set(canaryTable(everything).map(({ expected }) => expected))).toEqual(new Set(codes));
  // Per joint: both limits, row to row, from the measured state; both signs of speed, and led out.
  expect(canaryTable(everything).filter(({ name }) => name.startsWith("x "))).toHaveLength(7);
});

/** A kernel that refuses everything but what `blind` would refuse with, and hands out what it passed. */
function blindTo(code: string, passed: object[] = []): (config: KernelOptions) => Kernel {
  return (config) => {
    const kernel = createKernel(config);
    const lenient = createKernel({ ...config, robot: gantry() });
    return {
      modes: kernel.modes,
      close: () => kernel.close(),
      vet: (command, state) => {
        const verdict = kernel.vet(command, state);
        if (verdict.kind === "vetted" || verdict.code !== code) return verdict;
        const harmless = { mode: "gripper_position", rows: Float64Array.of(1), width: 1, periodMs: 1, basedOnSeq: 0 } as const;
        const minted = lenient.vet({ ...harmless, seq: passed.length, validUntilMs: 1 }, { nowMs: 0, measuredRad: [0, 0, 1, 0] });
        if (minted.kind === "vetted") passed.push(minted.command);
        return minted;
      },
    };
  };
}

test.for([...new Set(canaryTable(everything).map(({ expected }) => expected))])(
  "canary 3 a check that lets its canary pass is found: %s",
  (code) => {
    const passed: object[] = [];
    const round = new CanaryRound({ config: everything, open: blindTo(code, passed) });
    const failed = round.tick(5, true);
    expect(failed).toMatchObject({ kind: "failed_canary", expected: code, got: "vetted", atMs: 5 });
    // It was minted, as a kernel without that check would, and it is worth nothing now.
    expect([passed.length, passed.filter(isVetted).length]).toEqual([1, 0]);
    expect([round.tick(6, true), round.tick(1e9, false), round.rounds]).toEqual([failed, failed, 0]);
  },
);

test("canary 3 a check that another one stands in for is found as well", () => {
  const open = (config: KernelOptions): Kernel => {
    const kernel = createKernel(config);
    return {
      modes: kernel.modes,
      close: () => kernel.close(),
      vet: (command, state) => {
        const verdict = kernel.vet(command, state);
        return verdict.kind === "refused" && verdict.code === "joint_rate" ? { ...verdict, code: "joint_jump" } : verdict;
      },
    };
  };
  expect(new CanaryRound({ config: everything, open }).tick(0, true)).toMatchObject({ expected: "joint_rate", got: "joint_jump" });
});

test("canary 4 a probe hands out a word and never a command, and leaves no mark", () => {
  const passed: Passed[] = [];
  const kernel = createKernel(everything);
  const command: Command = {
    mode: "gripper_position",
    rows: Float64Array.of(1),
    width: 1,
    periodMs: 10,
    seq: 0,
    basedOnSeq: 0,
    validUntilMs: 1,
  };
  const probe = probeOf({
    ...kernel,
    vet: (sent, state) => {
      const verdict = kernel.vet(sent, state);
      if (verdict.kind === "vetted") passed.push(verdict);
      return verdict;
    },
  });
  expect(probe(command, { nowMs: 0, measuredRad: [0, 0, 1, 0] })).toBe("vetted");
  expect(passed.map((verdict) => isVetted(verdict.command))).toEqual([false]);
});

test("canary 5 a round at once, then every ten seconds, and never while a goal runs; no state is left between rounds", () => {
  let opened = 0;
  const round = new CanaryRound({
    config: everything,
    open: (config) => {
      opened += 1;
      return createKernel(config);
    },
  });
  const rounds = (nowMs: number, idle: boolean): number => {
    expect(round.tick(nowMs, idle)).toBeUndefined();
    return round.rounds;
  };
  // At start-up also when somebody says that a goal runs.
  expect(rounds(1000, false)).toBe(1);
  expect(rounds(10_999.9, true)).toBe(1);
  expect(rounds(11_000, false)).toBe(1);
  expect(rounds(11_500, true)).toBe(2);
  expect(rounds(21_000, true)).toBe(2);
  // The clock went back, or is none.
  expect(rounds(11_000, true)).toBe(3);
  expect(rounds(Number.NaN, true)).toBe(4);
  expect(rounds(11_001, true)).toBe(5);
  expect(opened).toBe(10);
  const often = new CanaryRound({ config: everything, intervalMs: 5 });
  for (const nowMs of [0, 4, 5, 10]) often.tick(nowMs, true);
  expect(often.rounds).toBe(3);
});

const collision = pandaLikeCollision();
const post: KernelFixture = { name: "post", shapes: [{ kind: "box", centerM: [0.5, 0.2, 0.3], halfM: [0.05, 0.05, 0.3] }] };
const farPost: KernelFixture = { name: "post", shapes: [{ kind: "sphere", centerM: [9, 9, 9], radiusM: 1 }] };
const solids = { collision, self: {}, fixtures: { fixtures: [post] }, fingers: "still" } as const;
const solid: KernelOptions = { robot: collision.robot, gripper: false, modes: ["joint_position"], solids };

test("canary 6 an arm among fixtures has poses in contact with itself and with them, and a motion through one", () => {
  const contacts = contactCanaries(solid);
  const kinds = ["self_collision where it stands", "world_collision on the way", "world_collision where it stands"];
  expect(contacts.map(({ name }) => name).toSorted()).toEqual(kinds);
  const round = new CanaryRound({ config: solid });
  expect([round.tick(0, true), round.tick(20_000, true), round.rounds]).toEqual([undefined, undefined, 2]);
  expect(contactCanaries({ ...solid, modes: ["joint_velocity"] })).toEqual([]);
});

const limits = {
  controlPoints: [{ name: "tip", link: "hand", offsetM: [0, 0, 0.1] }],
  box: { minM: [-0.5, -0.5, 0], maxM: [0.7, 0.5, 0.9] },
  eeSpeed: { maxMps: 0.8, maxAccelMps2: 4 },
} as const;
const limited: KernelOptions = { ...solid, solids: { ...solids, ...limits } };

test("canary 6 control points have one outside of the box, one too fast and one that speeds up too fast, and contacts keep to their limits", () => {
  expect(
    tipCanaries(limited)
      .map(({ expected }) => expected)
      .toSorted(),
  ).toEqual(["ee_accel", "ee_speed", "workspace_xyz"]);
  expect(contactCanaries(limited).map(({ name }) => name)).toContain("world_collision on the way");
  const round = new CanaryRound({ config: limited });
  expect([round.tick(0, true), round.tick(20_000, true), round.rounds]).toEqual([undefined, undefined, 2]);
  for (const none of [solid, { ...limited, modes: ["joint_velocity"] as const }]) expect(tipCanaries(none)).toEqual([]);
  // What the joints' own limits forbid has none.
  const unreachable = { ...limits, box: { minM: [-9, -9, -9], maxM: [9, 9, 9] }, eeSpeed: { maxMps: 50, maxAccelMps2: 5000 } } as const;
  expect(tipCanaries({ ...solid, solids: { ...solids, ...unreachable } })).toEqual([]);
});

test.for([0.1, 0.2, 0.3, 0.5, 0.8, 1.2])("canary 6 whatever the cap, %d m/s here, no contact on the way is too fast for it", (maxMps) => {
  const slow = { ...limited, solids: { ...solids, ...limits, eeSpeed: { maxMps } } };
  expect(new CanaryRound({ config: slow }).tick(0, true)).toBe(undefined);
});

test.for<readonly [string, Partial<KernelGeometryOptions>]>([
  ["workspace_xyz", { box: { minM: [-9, -9, -9], maxM: [9, 9, 9] } }],
  ["ee_speed", { eeSpeed: { maxAccelMps2: 4 } }],
  ["ee_accel", { eeSpeed: { maxMps: 0.8 } }],
])("canary 6 a geometry without the limit %s is found", ([expected, without]) => {
  const geometry = new KernelGeometry({ ...solids, ...limits, ...without });
  const failed = new CanaryRound({ config: { ...limited, geometry } }).tick(0, true);
  expect(failed).toMatchObject({ name: `control point: ${expected}`, got: "vetted" });
});

const statue = { ...collision, selfPairs: collision.selfPairs.slice(0, 2) };

function judgeWith(options: KernelGeometryOptions): GeometryPort["judge"] {
  const geometry = new KernelGeometry(options);
  return geometry.judge.bind(geometry);
}

/** Looks at the ends of each motion, and at nothing between them. */
const onlyEnds = (geometry: KernelGeometry): GeometryPort["judge"] => {
  return (measuredRad, rowsRad, nRows, periodS, nowMs) =>
    geometry.judge(measuredRad, rowsRad, 0, periodS, nowMs) || geometry.judge(rowsRad, rowsRad, 0, periodS, nowMs);
};

test.for<readonly [string, string, (geometry: KernelGeometry) => GeometryPort["judge"]]>([
  ["nothing", "where it stands", () => () => 0],
  ["no fixtures", "world_collision", () => judgeWith({ ...solids, fixtures: { fixtures: [farPost] } })],
  ["nothing of the robot", "self_collision where it stands", () => judgeWith({ ...solids, collision: statue })],
  ["nothing between rows", "world_collision on the way", onlyEnds],
])("canary 6 a geometry that sees %s is found", ([, expected, judgeOf]) => {
  const geometry = new KernelGeometry(solids);
  const blind: GeometryPort = { judge: judgeOf(geometry), finding: geometry.finding, nearest: geometry.nearest, fingersStill: true };
  const failed = new CanaryRound({ config: { ...solid, geometry: blind } }).tick(0, true);
  expect(failed).toMatchObject({ name: expect.stringContaining(expected), got: "vetted" });
});
