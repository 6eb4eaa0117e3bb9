import { describe, expect, test } from "vitest";
import type { ControlMode } from "../command.ts";
import { createKernel, type Passed, type Refused, type SafetyKernel } from "../kernel.ts";
import type { FingerJoints } from "./finger-motion.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import { gridOf, modelOf, worldOf } from "./testing/fixtures.ts";

/** A hand on a post: the left finger slides from x = 0.02 (closed) to 0.06 (open), the right one follows it the other way. */
const hand = modelOf({
  links: [
    { name: "base" },
    { name: "wrist", kind: "revolute", origin: [0, 0, 0.5, 0, 0, 0] },
    { name: "left", parent: "wrist", kind: "prismatic", axis: [1, 0, 0], origin: [0.02, 0, 0.1, 0, 0, 0], limit: 0.04 },
    { name: "right", parent: "wrist", kind: "prismatic", axis: [-1, 0, 0], origin: [-0.02, 0, 0.1, 0, 0, 0], mimics: "left" },
  ],
  capsules: [
    { link: "wrist", radius: 0.03, half: 0.01 },
    { link: "left", radius: 0.01, half: 0.02 },
    { link: "right", radius: 0.01, half: 0.02 },
  ],
  allowed: [
    ["left", "wrist"],
    ["right", "wrist"],
  ],
});
const [wristJoint, leftJoint] = hand.robot.jointNames as [string, string];
const fingers: FingerJoints = { grippers: [[{ joint: leftJoint, closed: 0, open: 0.04 }]] };

/** A post that the left finger meets when it opens beyond about 0.7. */
const post = (x: number) => worldOf([[0.01, 0.02, [x, 0, 0.6, 0, 0, 0], "post"]]);

interface Bench {
  readonly kernel: SafetyKernel;
  readonly geometry: KernelGeometry;
  vet(mode: ControlMode, rows: readonly number[], width: number, measuredRad?: readonly number[]): Passed | Refused;
}

function bench(options: { readonly fingers?: FingerJoints | "still"; readonly postX?: number } = { fingers }): Bench {
  const more = options.fingers === undefined ? {} : { fingers: options.fingers };
  const geometry = new KernelGeometry({ collision: hand, mimicLinks: ["right"], self: {}, world: { deadlineMs: 1e9 }, ...more });
  geometry.setWorld(post(options.postX ?? 0.07));
  const kernel = createKernel({
    robot: hand.robot,
    gripper: true,
    modes: ["gripper_position", "gripper_binary", "joint_position"],
    geometry,
  });
  let seq = 0;
  return {
    kernel,
    geometry,
    vet: (mode, rows, width, measuredRad = [0, 0]) =>
      kernel.vet(
        { mode, rows: Float64Array.from(rows), width, periodMs: 10, seq: ++seq, basedOnSeq: 0, validUntilMs: 1e9 },
        { nowMs: 0, measuredRad },
      ),
  };
}

describe("safety-kernel §2: the travel of fingers is motion of the finger links", () => {
  test("opening as far as there is room passes, farther is refused with the finger, the post and the row", () => {
    const { vet } = bench();
    expect(vet("gripper_position", [0.2, 0.4, 0.6], 1)).toMatchObject({ kind: "vetted" });
    expect(vet("gripper_position", [0.2, 0.6, 1], 1)).toMatchObject({
      code: "world_collision",
      evidence: { a: "left", b: "post", row: 2 },
    });
  });

  test("a binary chunk is judged on the whole way: what lies between closed and open is met", () => {
    const { vet } = bench({ fingers, postX: 0.15 });
    expect(vet("gripper_binary", [1], 1)).toMatchObject({ kind: "vetted" });
    const { vet: blocked } = bench({ fingers, postX: 0.045 });
    expect(blocked("gripper_binary", [1], 1)).toMatchObject({ kind: "refused", evidence: { a: "left", b: "post", row: 0 } });
    // Closed stays closed.
    expect(blocked("gripper_binary", [0], 1)).toMatchObject({ kind: "vetted" });
  });

  test("the finger that follows another is swept too", () => {
    const { vet } = bench({ fingers, postX: -0.07 });
    expect(vet("gripper_position", [1], 1)).toMatchObject({ code: "world_collision", evidence: { a: "right", b: "post" } });
  });

  test("it starts where the fingers were measured, and the arm stays where it was", () => {
    const { vet, geometry } = bench();
    expect(vet("gripper_position", [0], 1, [0, 0.04])).toMatchObject({ code: "world_collision", evidence: { phase: "measured" } });
    // Turned by a quarter the post is beside the hand.
    expect(vet("gripper_position", [1], 1, [Math.PI / 2, 0])).toMatchObject({ kind: "vetted" });
    expect(geometry.report.fingers).toBe("swept");
  });

  test("voxels see fingers as well", () => {
    const geometry = new KernelGeometry({ collision: hand, mimicLinks: ["right"], voxels: { deadlineMs: 1e9, outside: "free" }, fingers });
    geometry.setVoxels(gridOf([20, 20, 20], 0.02, [-0.2, -0.2, 0.4], (x) => (x > 0.05 ? 1 : 0)));
    const half = Float64Array.of(0.3);
    const full = Float64Array.of(1);
    expect(geometry.judgeFingers?.(new Float64Array(2), half, 1, 1, 0, false)).toBe(0);
    expect(geometry.judgeFingers?.(new Float64Array(2), full, 1, 1, 0, false)).not.toBe(0);
  });

  test("a hand's columns are its joints", () => {
    const geometry = new KernelGeometry({
      collision: hand,
      mimicLinks: ["right"],
      self: {},
      world: { deadlineMs: 1e9 },
      fingers: { hand: [leftJoint, wristJoint] },
    });
    geometry.setWorld(post(0.07));
    const at = (left: number, wrist: number) => geometry.judgeFingers?.(new Float64Array(2), Float64Array.of(left, wrist), 1, 2, 0, true);
    expect(at(0.02, 0)).toBe(0);
    expect(at(0.04, 0)).not.toBe(0);
    expect(geometry.judgeFingers?.(new Float64Array(2), Float64Array.of(0.01), 1, 1, 0, true)).not.toBe(0);
    expect(geometry.judgeFingers?.(new Float64Array(2), Float64Array.of(0.01), 1, 1, 0, false)).not.toBe(0);
  });

  test("a model without finger joints: refused at load with one line, unless it is said that they count as still", () => {
    expect(() => bench({})).toThrow(
      'geometry is on and cannot see the fingers (name their joints in `fingers`, or "still" where the model has none) of mode gripper_position',
    );
    const still = bench({ fingers: "still" });
    expect(still.geometry.report.fingers).toBe("taken as still");
    expect(still.vet("gripper_position", [1], 1)).toMatchObject({ kind: "vetted" });
  });

  test("a geometry without gripper modes needs no fingers, and says so", () => {
    const geometry = new KernelGeometry({ collision: hand, mimicLinks: ["right"], self: {} });
    expect(geometry.report.fingers).toBe("not declared");
    expect(createKernel({ robot: hand.robot, gripper: false, modes: ["joint_position"], geometry }).modes.size).toBe(1);
  });

  test.for<readonly [FingerJoints, RegExp]>([
    [{ grippers: [[{ joint: "thumb", closed: 0, open: 1 }]] }, /finger "thumb" is no joint of the model/],
    [{ hand: ["thumb"] }, /finger "thumb" is no joint of the model/],
    [{ grippers: [[{ joint: leftJoint, closed: 0, open: 0.05 }]] }, /goes from 0 to 0\.05, beyond its limits/],
    [{ grippers: [[{ joint: leftJoint, closed: Number.NaN, open: 0.04 }]] }, /goes from NaN/],
    [{ grippers: [[]] }, /gripper 0 moves no joint/],
    [{}, /neither a gripper nor a hand/],
  ])("fingers %o are refused at load", ([wrong, message]) => {
    expect(() => new KernelGeometry({ collision: hand, mimicLinks: ["right"], self: {}, fingers: wrong })).toThrow(message);
  });
});
