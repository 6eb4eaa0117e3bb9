import { expect, test } from "vitest";
import {
  collisionFromParameters,
  envelopeFromParameters,
  geometryParametersFrom,
  judgeParametersFrom,
  parameterDefaults,
  parseParameters,
  skillFrom,
  stopParametersFrom,
  type KernelParameters,
} from "./kernel-parameters.ts";
import { loadEnvelope } from "./load-envelope.ts";

const file = {
  n_dof: 2,
  robot_name: "two",
  joint_position_min: [-1, -2],
  joint_position_max: [1, 2],
  joint_velocity_max: [3, -1],
  joint_torque_max: [-1, -1],
  self_collision_enabled: true,
  collision_n_links: 3,
  collision_parent: [-1, 0, 1],
  collision_joint_kind: [0, 1, 2],
  collision_dof_index: [-1, 0, 1],
  collision_origin_xyzrpy: new Array<number>(18).fill(0),
  collision_axis: [0, 0, 1, 0, 0, 1, 0, 0, 1],
  collision_link_names: ["base", "upper", "fore"],
  collision_joint_names: ["turn", "slide"],
  collision_capsule_link: [1, 2],
  collision_capsule_radius: [0.1, 0.1],
  collision_capsule_half_length: [0.2, 0.2],
  collision_capsule_origin_xyzrpy: new Array<number>(12).fill(0),
  collision_allowed_pairs: [0, 1],
};

test("every declared parameter is read by some part of the kernel", () => {
  const read = new Set<string>();
  const parameters: KernelParameters = new Proxy(parseParameters(file), {
    get(target, key) {
      read.add(String(key));
      return Reflect.get(target, key);
    },
  });
  envelopeFromParameters(parameters);
  judgeParametersFrom(parameters);
  stopParametersFrom(parameters);
  skillFrom(parameters);
  geometryParametersFrom(parameters);
  collisionFromParameters(parameters);
  expect([...read].sort()).toEqual(Object.keys(parameterDefaults).sort());
});

test("safety-kernel §11: the defaults", () => {
  const parameters = parseParameters({});
  expect(judgeParametersFrom(parameters)).toEqual({ budgetUs: 1000, stateDeadlineMs: 200 });
  expect(stopParametersFrom(parameters)).toEqual({ resetCooldownS: 0.5 });
  expect(geometryParametersFrom(parameters)).toMatchObject({
    world: { deadlineMs: 500, maxPrimitives: 64 },
    voxels: { maxCells: 262144 },
    controlLink: -1,
    lambda: 0.05,
    marginGrowthM: 0.01,
    maxSteps: 0,
  });
});

test("safety-kernel §11: -1 in a list of caps is not set; positions keep theirs", () => {
  const { raw, robot } = envelopeFromParameters(parseParameters(file));
  const envelope = loadEnvelope({ ...raw, supported_control_modes: ["joint_position"] }, robot);
  expect(envelope).toMatchObject({
    robotName: "two",
    jointNames: ["turn", "slide"],
    jointUnits: ["rad", "m"],
    lowerRad: [-1, -2],
    velocityCapRadPerS: [3, Infinity],
    torqueCapNm: [Infinity, Infinity],
  });
  const bare = envelopeFromParameters(parseParameters({ n_dof: 1, joint_position_min: [-1], joint_position_max: [1] }));
  expect(bare.robot.jointNames).toEqual(["joint_0"]);
  expect(() => loadEnvelope({ ...bare.raw, joint_velocity_max: [1, 2] }, bare.robot)).toThrow(
    "joint_velocity_max has 2 entries for 1 joints",
  );
});

test.for<[string, Record<string, unknown>, string]>([
  ["unknown", { joint_velocity_maximum: [] }, "joint_velocity_maximum is no parameter; did you mean joint_velocity_max?"],
  ["a NaN in a list", { joint_position_min: [Number.NaN] }, "joint_position_min[0]"],
  ["an infinite number", { collision_state_deadline_ms: Infinity }, "collision_state_deadline_ms"],
  ["a negative margin", { self_collision_margin_m: -0.1 }, "self_collision_margin_m must be a finite number >= 0"],
  ["a negative deadline", { chunk_validation_deadline_us: -1 }, "chunk_validation_deadline_us"],
  ["a text for a number", { n_dof: "7" }, "n_dof"],
  ["a number for a switch", { world_voxel_enabled: 1 }, "world_voxel_enabled must be a boolean"],
  ["no list", { joint_torque_max: 3 }, "joint_torque_max must be a list"],
  ["an odd list of pairs", { collision_allowed_pairs: [1, 2, 3] }, "collision_allowed_pairs has 3 links"],
  ["numbers for names", { collision_link_names: [1] }, "collision_link_names must hold names"],
])("safety-kernel §11: a parameter that is %s is refused, named", ([, raw, problem]) => {
  expect(() => parseParameters(raw)).toThrow(problem);
});

test.for<[string, Record<string, unknown>, string]>([
  ["an origin short", { collision_origin_xyzrpy: [0] }, "collision_origin_xyzrpy has 1 entries, must have 18"],
  ["a capsule without radius", { collision_capsule_radius: [0.1] }, "collision_capsule_radius has 1 entries, must have 2"],
  ["an unknown kind of joint", { collision_joint_kind: [0, 1, 3] }, "collision_joint_kind must be 0, 1 or 2"],
  ["a capsule on no link", { collision_capsule_link: [1, 3] }, "there is no link 3"],
])("safety-kernel §11: a collision model with %s is refused", ([, more, problem]) => {
  expect(() => collisionFromParameters(parseParameters({ ...file, ...more }))).toThrow(problem);
});

test.for(["self_collision_enabled", "world_collision_enabled", "world_voxel_enabled"])("%s without a model is refused", (name) => {
  expect(() => collisionFromParameters(parseParameters({ [name]: true }))).toThrow(`${name} is set, and there is no collision model`);
  expect(collisionFromParameters(parseParameters(file)).allowedPairs).toEqual(Int32Array.of(0, 1));
});
