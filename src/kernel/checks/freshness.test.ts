import { describe, expect, test } from "vitest";
import { JudgeBench } from "../testing/bench-arm.ts";
import { createKernel } from "../kernel.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { JointStateStore } from "./joint-state-store.ts";
import { FEED_FRESH, FEED_MALFORMED, FEED_OVERFLOW, FEED_UNAVAILABLE, SensorFeed } from "./sensor-feed.ts";
import { SourceClock } from "./source-clock.ts";

const nan = Number.NaN;
const zeros = [0, 0, 0];

/** A judge in a goal, with a chunk that has every stamp. */
function inGoal(more: ConstructorParameters<typeof JudgeBench>[0] = {}): JudgeBench {
  const bench = new JudgeBench({ standingLease: false, ...more });
  bench.judge.enterGoal(1, bench.limits, true, 1);
  bench.chunk.goal = 1;
  bench.chunk.hasTick = true;
  bench.chunk.tick = 10;
  stamp(bench);
  return bench;
}

function stamp({ chunk, state }: JudgeBench): void {
  chunk.issuedMs = state.nowMs;
  chunk.observedAtMs = state.nowMs;
}

/** The next chunk, of this tick. */
function tick(bench: JudgeBench, number: number, mode: "joint_position" | "gripper_position" = "joint_position"): string {
  bench.load(mode, mode === "joint_position" ? zeros : [0, 0]);
  stamp(bench);
  bench.chunk.tick = number;
  return bench.verdict().name;
}

describe("safety-kernel row 23: chunk order", () => {
  test("safety-kernel §13: the same chunk twice, then one of an older tick", () => {
    const bench = inGoal();
    expect(bench.verdict().name).toBe("pass");
    expect(bench.verdict()).toMatchObject({ name: "chunk_replay", step: 6, severity: "drop" });
    bench.chunk.tick = 9;
    expect(bench.verdict()).toMatchObject({ name: "chunk_out_of_order", step: 6, value: 9, limit: 10 });
  });

  test("safety-kernel row 23: chunks of one tick differ in mode or part", () => {
    const bench = inGoal();
    expect(tick(bench, 5)).toBe("pass");
    expect(tick(bench, 5, "gripper_position")).toBe("pass");
    bench.chunk.part = 1;
    expect(tick(bench, 5, "gripper_position")).toBe("pass");
    expect(tick(bench, 5, "gripper_position")).toBe("chunk_replay");
    bench.chunk.part = 0;
    expect(tick(bench, 5)).toBe("chunk_replay");
    expect(tick(bench, 6)).toBe("pass");
    expect(tick(bench, 6, "gripper_position")).toBe("pass");
  });

  test("safety-kernel row 23: a dropped chunk does not use its tick up", () => {
    const bench = inGoal();
    bench.load("joint_position", [2, 0, 0]);
    stamp(bench);
    expect(bench.verdict().name).toBe("joint_position");
    expect(tick(bench, 10)).toBe("pass");
  });

  test("safety-kernel row 23: tick_index wraps around", () => {
    const bench = inGoal();
    for (const number of [2 ** 32 - 2, 2 ** 32 - 1, 0, 5]) expect([number, tick(bench, number)]).toEqual([number, "pass"]);
    expect(tick(bench, 2 ** 32 - 1)).toBe("chunk_out_of_order");
    expect(tick(bench, 5 + 2 ** 31 - 1)).toBe("pass");
    expect(tick(bench, 5)).toBe("chunk_out_of_order");
    // Exactly half way round neither is ahead: refused.
    expect(tick(bench, (5 + 2 ** 31 - 1 + 2 ** 31) % 2 ** 32)).toBe("chunk_out_of_order");
  });

  test.for([nan, -1, 1.5, 2 ** 32, Infinity])("safety-kernel row 23: tick %s is none", (number) => {
    expect(tick(inGoal(), number)).toBe("chunk_out_of_order");
  });

  test("safety-kernel row 23: in a goal a chunk needs its stamps and tick", () => {
    for (const strip of [
      (b: JudgeBench) => (b.chunk.hasTick = false),
      (b: JudgeBench) => (b.chunk.issuedMs = Infinity),
      (b: JudgeBench) => (b.chunk.observedAtMs = Infinity),
      (b: JudgeBench) => (b.chunk.goal = 0),
      (b: JudgeBench) => (b.chunk.goal = 2),
      (b: JudgeBench) => (b.chunk.epoch = 1),
      (b: JudgeBench) => b.judge.leaveGoal(),
    ]) {
      const bench = inGoal();
      strip(bench);
      expect(bench.verdict()).toMatchObject({ severity: "drop" });
    }
  });

  test("safety-kernel row 23: a goal has ticks of its own", () => {
    const bench = inGoal();
    expect(tick(bench, 1000)).toBe("pass");
    bench.judge.leaveGoal();
    bench.judge.enterGoal(2, bench.limits, true, 1);
    bench.chunk.goal = 2;
    expect(tick(bench, 3)).toBe("pass");
  });

  test.for([
    [0, 200, 200, "pass"],
    [0, 200, 200.1, "chunk_stale"],
    [0, 50, 50, "pass"],
    [0, 50, 51, "chunk_stale"],
    [0, 900, 201, "chunk_stale"],
    [5, 200, 0, "pass"],
    [5.1, 200, 0, "chunk_stale"],
  ] as const)("safety-kernel row 22: issued %s ms, valid for %s ms, now %s ms: %s", ([issuedMs, validForMs, nowMs, name]) => {
    const bench = inGoal();
    bench.at(nowMs);
    bench.chunk.issuedMs = issuedMs;
    bench.chunk.observedAtMs = nowMs;
    bench.chunk.validForMs = validForMs;
    expect(bench.verdict().name).toBe(name);
  });

  test("safety-kernel row 22: a chunk whose observation is too old, or from the future, is stale", () => {
    for (const [observedAtMs, name] of [
      [500, "pass"],
      [499.9, "chunk_stale"],
      [1005, "pass"],
      [1005.1, "chunk_stale"],
      [nan, "chunk_stale"],
    ] as const) {
      const bench = inGoal();
      bench.at(1000);
      bench.chunk.issuedMs = 1000;
      bench.chunk.observedAtMs = observedAtMs;
      expect([observedAtMs, bench.verdict().name]).toEqual([observedAtMs, name]);
    }
  });

  test("a policy that misses its cycle has one chunk dropped", () => {
    const bench = inGoal({ envelope: { cycle_time_violation_threshold_ms: 40 } });
    const at = (nowMs: number, number: number): string => {
      bench.at(nowMs);
      return tick(bench, number);
    };
    expect([at(100, 11), at(140, 12), at(181, 13), at(190, 14)]).toEqual(["pass", "pass", "cycle_time", "pass"]);
  });
});

describe("safety-kernel row 22: state freshness", () => {
  const state = (more: (bench: JudgeBench) => void) => {
    const bench = new JudgeBench();
    bench.at(1000);
    more(bench);
    return bench.verdict();
  };

  test("safety-kernel row 22: each joint is as old as its own stamp", () => {
    expect(state((b) => (b.state.stampMs[1] = 800))).toMatchObject({ name: "pass" });
    expect(state((b) => (b.state.stampMs[1] = 799.9))).toMatchObject({
      name: "state_unavailable",
      field: "stamp",
      joint: 1,
      step: 13,
      severity: "drop",
      limit: 200,
    });
    expect(state((b) => (b.state.stampMs[2] = 1005))).toMatchObject({ name: "pass" });
    expect(state((b) => (b.state.stampMs[2] = 1005.1))).toMatchObject({ name: "state_unavailable", joint: 2 });
    expect(state((b) => (b.state.count = 2))).toMatchObject({ name: "state_unavailable", field: "joints", value: 2, limit: 3 });
  });

  test("safety-kernel §13: a message of unknown joints only refreshes nothing: state_unavailable after 200 ms", () => {
    const robot = gantry();
    const kernel = createKernel({ robot, gripper: false, modes: ["joint_position"] });
    const store = new JointStateStore(robot.jointNames, new SourceClock());
    const command = {
      mode: "joint_position",
      rows: Float64Array.of(0, 0, 1, 0),
      width: 4,
      periodMs: 10,
      seq: 1,
      basedOnSeq: 1,
      validUntilMs: 1e6,
    } as const;
    const vet = (nowMs: number, seq: number) => kernel.vet({ ...command, seq }, store.stateAt(nowMs));
    expect(vet(0, 1)).toMatchObject({ code: "state_unavailable" });
    expect(store.receive({ names: ["theta", "z", "y", "x"], positionRad: [0, 1, 0, 0], stampMs: 7000 }, 0)).toBe(4);
    expect(vet(0, 1)).toMatchObject({ kind: "vetted" });
    expect(store.receive({ names: ["wheel", "elbow"], positionRad: [1, 2], stampMs: 7150 }, 150)).toBe(0);
    expect(vet(200, 2)).toMatchObject({ kind: "vetted" });
    expect(vet(201, 3)).toMatchObject({ code: "state_unavailable", reason: "joint 'x' was measured 201 ms ago, limit 200 ms" });
    store.receive({ names: ["x", "y", "z"], positionRad: [0, 0, 1], stampMs: 7201 }, 201);
    expect(vet(201, 3)).toMatchObject({ code: "state_unavailable", evidence: { joint: "theta" } });
    store.receive({ names: ["theta"], positionRad: [0], stampMs: 7201 }, 201);
    expect(vet(201, 3)).toMatchObject({ kind: "vetted" });
  });

  test("safety-kernel row 22: a value that is not finite, or missing, makes its joint stale", () => {
    for (const positionRad of [[nan, 0], [Infinity, 0], []]) {
      const store = new JointStateStore(["a", "b"], new SourceClock());
      store.receive({ names: ["a", "b"], positionRad, stampMs: 0 }, 0);
      expect(store.stampMs[0]).toBeNaN();
    }
  });

  test("safety-kernel row 22: a jump of the source's clock makes its data stale, once", () => {
    const clock = new SourceClock({ maxJumpMs: 100 });
    expect(clock.toLocalMs(5000, 10)).toBe(10);
    expect(clock.toLocalMs(5020, 32)).toBe(30);
    expect(clock.toLocalMs(5040, 48)).toBe(48);
    expect(clock.toLocalMs(9000, 70)).toBeNaN();
    expect(clock.jumps).toBe(1);
    expect(clock.toLocalMs(9010, 80)).toBe(80);
    expect(clock.toLocalMs(5090, 90)).toBeNaN();
    expect(clock.toLocalMs(nan, 90)).toBeNaN();
    expect(clock.toLocalMs(Infinity, 90)).toBeNaN();
    expect(clock.jumps).toBe(2);
  });

  test("safety-kernel row 22: a world is as old as its sensor's stamp says", () => {
    const feed = new SensorFeed({ deadlineMs: 500 });
    expect(feed.check(0)).toBe(FEED_UNAVAILABLE);
    feed.receive(1000);
    expect([feed.check(995), feed.check(994), feed.check(1500), feed.check(1501), feed.check(nan)]).toEqual([
      FEED_FRESH,
      FEED_UNAVAILABLE,
      FEED_FRESH,
      FEED_UNAVAILABLE,
      FEED_UNAVAILABLE,
    ]);
    feed.receive(2000, FEED_OVERFLOW);
    expect(feed.check(2000)).toBe(FEED_OVERFLOW);
    feed.receive(2000, FEED_MALFORMED);
    expect(feed.check(2000)).toBe(FEED_MALFORMED);
    feed.receive(2000);
    expect(feed.check(2000)).toBe(FEED_FRESH);
    feed.receive(nan);
    expect(feed.check(2000)).toBe(FEED_UNAVAILABLE);
    const live = new SensorFeed({ deadlineMs: 500, unchangedCounts: false });
    live.receive(0, FEED_FRESH, 17);
    live.receive(400, FEED_FRESH, 17);
    expect(live.check(501)).toBe(FEED_UNAVAILABLE);
    live.receive(500, FEED_FRESH, 18);
    expect(live.check(501)).toBe(FEED_FRESH);
  });
});

describe("safety-kernel row 9: contact force", () => {
  const force = { force_sensor: true, max_force_n: 20, contact_force_threshold_n: 5 };
  const felt = (force_n: number, parameters = {}) => {
    const bench = new JudgeBench({ envelope: force, parameters });
    bench.load("joint_velocity", [0.3, 0, 0]);
    bench.state.contactForceN = force_n;
    return bench.verdict();
  };

  test("above the threshold a quarter of the speed is left; above the maximum it is a violation; no answer is a drop", () => {
    expect(felt(5)).toMatchObject({ name: "pass" });
    expect(felt(5.1)).toMatchObject({ name: "joint_velocity", limit: 0.25 });
    expect(felt(-5.1)).toMatchObject({ name: "joint_velocity" });
    expect(felt(nan)).toMatchObject({ name: "joint_velocity" });
    expect(felt(5.1, { contactSpeedFactor: 0.5 })).toMatchObject({ name: "pass" });
    expect(felt(20.1, { contactSpeedFactor: 0.5 })).toMatchObject({
      name: "contact_force",
      severity: "violation",
      kind: "force",
      limit: 20,
    });
    expect(felt(nan, { contactSpeedFactor: 0.5 })).toMatchObject({ name: "state_unavailable", field: "contact_force", severity: "drop" });
  });

  test("where slowing is off, a contact drops the chunk", () => {
    const bench = new JudgeBench({ envelope: force, parameters: { contactSpeedFactor: 0 } });
    bench.load("joint_velocity", zeros);
    bench.state.contactForceN = 6;
    expect(bench.verdict()).toMatchObject({ name: "contact_slow", severity: "drop" });
    bench.load("joint_velocity", zeros);
    bench.state.contactForceN = 4;
    expect(bench.verdict()).toMatchObject({ name: "pass" });
  });
});
