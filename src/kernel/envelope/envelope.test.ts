import { assert, double, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../core/json.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { pandaLike } from "../../robot/testing/panda-like.ts";
import { capFields, compatibleNames, ourNameOf, perJointFields } from "./envelope-fields.ts";
import { envelopeE, everyMode, freeRobot, rawEnvelope } from "../testing/bench-arm.ts";
import { envelopeHash, exportEnvelope } from "./export-envelope.ts";
import { computeIntersection } from "./intersection.ts";
import { loadEnvelope } from "./load-envelope.ts";
import { loadReport } from "./load-report.ts";
import { validateForPipeline } from "./validate-for-pipeline.ts";

const nan = Number.NaN;
const without = (...names: string[]): Record<string, unknown> => Object.fromEntries(names.map((name) => [name, undefined]));

describe("loading an envelope", () => {
  test.for<[string, Record<string, unknown>, string]>([
    ["a NaN in the limits", { joint_position_min: [nan, -1, -1] }, "joint_position_min[j0]"],
    ["an infinite limit", { joint_position_max: [1, Infinity, 1] }, "joint_position_max[j1]"],
    ["min above max", { joint_position_min: [-1, 2, -1] }, "joint_position_min[j1] 2 is above joint_position_max[j1] 1"],
    ["factor 1.5", { max_joint_speed_factor: 1.5 }, "max_joint_speed_factor"],
    ["factor 0", { max_joint_speed_factor: 0 }, "max_joint_speed_factor must be within (0, 1], got 0"],
    ["factor NaN", { max_joint_speed_factor: nan }, "max_joint_speed_factor"],
    ["a negative cap", { joint_velocity_max: [1, -1, 1] }, "joint_velocity_max[j1]"],
    ["a text", { joint_torque_max: [1, "2", 3] }, "joint_torque_max[j1]"],
    ["a wrong array length", { joint_velocity_max: [1, 1] }, "joint_velocity_max has 2 entries for 3 joints"],
    ["an unknown joint", { joint_names: ["j0", "j1", "elbow"] }, "the robot has no joint elbow"],
    ["an unknown joint in an object", { joint_velocity_max: { elbow: 1 } }, "joint_velocity_max: the robot has no joint elbow"],
    ["one box corner", without("workspace_box_max_xyz"), "workspace_box_max_xyz is missing"],
    ["the other corner", without("workspace_box_min_xyz"), "workspace_box_min_xyz is missing"],
    ["a box of NaN", { workspace_box_min_xyz: [0, nan, 0] }, "workspace_box_min_xyz"],
    ["a box inside out", { workspace_box_min_xyz: [1, 0, 0] }, "workspace_box_min_xyz (1, 0, 0) is above"],
    ["an unknown field", { max_ee_sped_m_s: 1 }, "max_ee_sped_m_s is no field of an envelope here; did you mean max_ee_speed_m_s?"],
    ["a field twice", { max_force_n: 1, maxForceN: 2 }, "max_force_n is given twice"],
    ["an unknown mode", { supported_control_modes: ["joint_magic"] }, "joint_magic is no control mode"],
    ["no mode", { supported_control_modes: [] }, "no control mode is configured"],
    ["a gripper range inside out", { gripper_min: 1, gripper_max: 0 }, "gripper_min 1 is above gripper_max 0"],
    ["gripper modes without a gripper", { grippers: [] }, "mode gripper_binary needs a gripper"],
    ["the simulator's flag on hardware", { hal_mode: "real" }, "mode composite_mode is a simulator's"],
    ["an unknown HAL mode", { hal_mode: "maybe" }, "hal_mode must be simulation or real"],
    [
      "a zone of two corners",
      {
        no_go_zones: [
          {
            polygon: [
              [0, 0],
              [1, 1],
            ],
            z_min: 0,
            z_max: 1,
          },
        ],
      },
      "no_go_zones[0] needs a polygon",
    ],
    [
      "a zone that is not convex",
      {
        no_go_zones: [
          {
            polygon: [
              [0, 0],
              [2, 0],
              [1, 0.5],
              [1, 2],
            ],
            z_min: 0,
            z_max: 1,
          },
        ],
      },
      "no_go_zones[0] is not convex",
    ],
    [
      "a zone that is a star",
      { no_go_zones: [{ polygon: [0, 2, 4, 1, 3].map((k) => [Math.cos(k * 1.2566), Math.sin(k * 1.2566)]), z_min: 0, z_max: 1 }] },
      "no_go_zones[0] is not convex",
    ],
    [
      "a zone without area",
      {
        no_go_zones: [
          {
            polygon: [
              [0, 0],
              [1, 0],
              [2, 0],
            ],
            z_min: 0,
            z_max: 1,
          },
        ],
      },
      "no_go_zones[0] is not convex",
    ],
    [
      "a zone with a NaN",
      {
        no_go_zones: [
          {
            polygon: [
              [0, 0],
              [1, 0],
              [0, nan],
            ],
            z_min: 0,
            z_max: 1,
          },
        ],
      },
      "no_go_zones[0] needs a polygon",
    ],
    [
      "a zone upside down",
      {
        no_go_zones: [
          {
            polygon: [
              [0, 0],
              [1, 0],
              [0, 1],
            ],
            z_min: 2,
            z_max: 1,
          },
        ],
      },
      "no_go_zones[0] needs finite z_min <= z_max",
    ],
    [
      "declared columns without bounds",
      { declared_columns: { dex_hand_joint: { min: [0], max: [Infinity] } } },
      "declared_columns[dex_hand_joint] must have finite bounds",
    ],
    [
      "declared columns of two lengths",
      { declared_columns: { dex_hand_joint: { min: [0], max: [1, 1] } } },
      "declared_columns[dex_hand_joint] needs min and max of one length",
    ],
    [
      "declared columns of an arm mode",
      { declared_columns: { joint_position: { min: [0], max: [1] } } },
      "the columns of joint_position are not declared",
    ],
    [
      "force limits nobody can enforce",
      { force_limits_required: true, max_force_n: 20 },
      "max_force_n cannot be enforced without a force sensor",
    ],
    ["force limits that are not there", { force_limits_required: true }, "force_limits_required needs max_force_n"],
  ])("safety-kernel row 9: load refuses %s, the field named", ([, more, problem]) => {
    expect(() => envelopeE(more)).toThrow(problem);
  });

  test.for([...capFields])("safety-kernel row 9: $compatible must be finite and not negative", ({ compatible, name }) => {
    for (const value of [nan, Infinity, -Infinity, -1e-9, "1", null, [1]]) {
      expect(() => envelopeE({ [compatible]: value })).toThrow(compatible);
    }
    expect(envelopeE({ [compatible]: 0.25 })[name]).toBe(0.25);
    expect(envelopeE({ [compatible]: undefined, acknowledged_unbounded: everyMode })[name]).toBe(Infinity);
  });

  test("safety-kernel row 9: what is no envelope is refused", () => {
    for (const raw of [null, undefined, 7, "x", [], () => 1])
      expect(() => loadEnvelope(raw, freeRobot(3))).toThrow("an envelope must be an object");
  });

  test("safety-kernel row 9: a robot without joints, or with limits that are none, is refused", () => {
    expect(() => loadEnvelope({}, freeRobot(0))).toThrow("n_dof is 0");
    const robot = freeRobot(3);
    expect(() => loadEnvelope(rawEnvelope(3), { ...robot, maxEffortNm: Float64Array.of(1, nan, 1) })).toThrow("effort limit of j1 is NaN");
    expect(() => loadEnvelope(rawEnvelope(3), { ...robot, upperRad: Float64Array.of(1, -Infinity, 1) })).toThrow(
      "limits of j1 are [-Infinity, -Infinity]",
    );
  });

  test.for([
    ["joint_velocity", "joint_velocity_max"],
    ["cartesian_pose", "workspace_box_min_xyz"],
    ["cartesian_twist", "max_ee_speed_m_s"],
    ["cartesian_twist", "max_ee_angular_speed_rad_s"],
    ["body_twist", "max_base_linear_speed_m_s"],
    ["body_twist", "max_base_angular_speed_rad_s"],
    ["dex_hand_joint", "declared_columns"],
    ["foot_placement", "declared_columns"],
  ] as const)("safety-kernel row 6: mode %s without %s is refused at load unless acknowledged", ([mode, field]) => {
    const more = {
      ...without(field, ...(field === "workspace_box_min_xyz" ? ["workspace_box_max_xyz"] : [])),
      supported_control_modes: [mode],
    };
    expect(() => envelopeE(more)).toThrow(`no check that bounds mode ${mode}`);
    const acknowledged = { ...more, acknowledged_unbounded: [mode] };
    if (field === "declared_columns") expect(() => envelopeE(acknowledged)).toThrow(`no check that bounds mode ${mode}`);
    else expect(envelopeE(acknowledged).supportedModes).toEqual([mode]);
  });

  test("safety-kernel row 6: torque needs a bound for every joint, of its own or for all", () => {
    const torque = { supported_control_modes: ["joint_torque"], max_torque_nm: undefined };
    expect(() => envelopeE({ ...torque, joint_torque_max: [5, null, 5] })).toThrow("torque of j1");
    expect(envelopeE({ ...torque, joint_torque_max: [5, null, 5], max_torque_nm: 3 }).maxTorqueNm).toBe(3);
    // A position limit or a speed limit will do for positions, one of the two a joint.
    const position = {
      supported_control_modes: ["joint_position"],
      joint_position_min: [-1, null, -1],
      joint_velocity_max: [null, 1, null],
    };
    expect(envelopeE(position).lowerRad[1]).toBe(-Infinity);
    expect(() => envelopeE({ ...position, joint_velocity_max: undefined })).toThrow("position or velocity of j1");
  });

  test("both spellings, columns by name in any order, fixed joints skipped", () => {
    const named = envelopeE({
      joint_names: ["j2", "wrist_fixed", "j0", "j1"],
      fixed_joint_names: ["wrist_fixed"],
      joint_position_min: [-0.2, -9, -0.1, null],
      joint_position_max: { j1: 0.5 },
      joint_velocity_max: [3, 9, 1, 2],
      joint_torque_max: undefined,
    });
    expect(named.lowerRad).toEqual([-0.1, -Infinity, -0.2]);
    expect(named.upperRad).toEqual([Infinity, 0.5, Infinity]);
    expect(named.velocityCapRadPerS).toEqual([1, 2, 3]);
    const ours = Object.fromEntries(Object.entries(rawEnvelope(3)).map(([name, value]) => [ourNameOf(name) ?? name, value]));
    expect(loadEnvelope(ours, freeRobot(3))).toEqual(envelopeE());
    expect(new Set(compatibleNames.values()).size).toBe(compatibleNames.size);
  });

  test("the robot's own limits hold as well: the tighter of two", () => {
    const panda = pandaLike();
    const raw = {
      supported_control_modes: ["joint_position"],
      joint_position_max: { joint1: 9, joint2: 0.5 },
      joint_velocity_max: { joint1: 1, joint2: 99 },
    };
    const envelope = loadEnvelope(raw, panda);
    expect(envelope.upperRad.slice(0, 2)).toEqual([2.8973, 0.5]);
    expect(envelope.velocityCapRadPerS.slice(0, 2)).toEqual([1, 2.175]);
    expect(loadEnvelope({ supported_control_modes: ["joint_position"] }, gantry()).jointUnits).toEqual(["m", "m", "m", "rad"]);
  });

  test("safety-kernel §13: robot limit 4.5, factor 0.7; skill factor 0.4", () => {
    const robot = envelopeE({ joint_velocity_max: [4.5, 4.5, 4.5], max_joint_speed_factor: 0.7 });
    expect(robot.velocityCapRadPerS[0]).toBeCloseTo(3.15, 12);
    expect(computeIntersection(robot, { max_joint_speed_factor: 0.4 }).velocityCapRadPerS[0]).toBeCloseTo(1.8, 12);
    expect(() => computeIntersection(robot, { max_joint_speed_factor: 0.8 })).toThrow("max_joint_speed_factor 0.8 is looser");
  });

  test("an exported envelope reads back the same, and only the limits decide its hash", () => {
    const zone = {
      name: "bin",
      polygon: [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      z_min: 0,
      z_max: 1,
    };
    for (const envelope of [
      envelopeE(),
      envelopeE({ no_go_zones: [zone], max_force_n: 3, force_sensor: true }),
      envelopeE({
        ...without("workspace_box_min_xyz", "workspace_box_max_xyz", "joint_torque_max"),
        acknowledged_unbounded: ["cartesian_pose"],
      }),
    ]) {
      const exported = exportEnvelope(envelope);
      const read: unknown = JSON.parse(canonicalJson(exported));
      expect(loadEnvelope(read, freeRobot(3))).toEqual(envelope);
      expect(envelopeHash(loadEnvelope(read, freeRobot(3)))).toBe(envelopeHash(envelope));
    }
    expect(
      exportEnvelope(envelopeE({ ...without("workspace_box_min_xyz", "workspace_box_max_xyz"), acknowledged_unbounded: everyMode })),
    ).not.toHaveProperty("workspace_box_min_xyz");
    expect(envelopeHash(envelopeE({ max_force_n: 3 }))).not.toBe(envelopeHash(envelopeE()));
  });

  test("what goes to a pipeline has position, velocity and effort limits on every joint", () => {
    expect(() => validateForPipeline(envelopeE())).not.toThrow();
    const open = envelopeE({
      joint_position_max: [1, null, 1],
      joint_velocity_max: [null, null, 1],
      joint_torque_max: [5, 5, null],
      acknowledged_unbounded: everyMode,
    });
    expect(() => validateForPipeline(open)).toThrow(
      /joint j0 has no velocity limit; joint j1 has no position, no velocity limit; joint j2 has no effort limit/,
    );
  });
});

describe("safety-kernel row 33: intersection", () => {
  test("safety-kernel §13: force 50 and 20 gives 20; 10 and 100 is an error naming max_force_n", () => {
    expect(computeIntersection(envelopeE({ max_force_n: 50 }), { max_force_n: 20 }).maxForceN).toBe(20);
    expect(() => computeIntersection(envelopeE({ max_force_n: 10 }), { max_force_n: 100 })).toThrow(
      "max_force_n 100 is looser than the robot's 10 N",
    );
  });

  test.for([...capFields])(
    "safety-kernel row 33: $compatible: the tighter wins, looser is refused, unset is ignored",
    ({ name, compatible }) => {
      const robot = envelopeE({ [compatible]: 2 });
      expect(computeIntersection(robot, { [compatible]: 1 })[name]).toBe(1);
      expect(computeIntersection(robot, { [name]: 2 + 0.9e-9 })[name]).toBe(2);
      expect(() => computeIntersection(robot, { [compatible]: 2 + 1.1e-9 })).toThrow(`${compatible} `);
      expect(computeIntersection(robot, {})[name]).toBe(2);
      const open = envelopeE({ [compatible]: undefined, acknowledged_unbounded: everyMode });
      expect(computeIntersection(open, { [compatible]: 7 })[name]).toBe(7);
      for (const value of [nan, Infinity, -1]) expect(() => computeIntersection(robot, { [compatible]: value })).toThrow(compatible);
    },
  );

  test.for([...perJointFields])("safety-kernel row 33: $compatible per joint", ({ name, compatible, tightens }) => {
    const robot = envelopeE({ joint_acceleration_max: [4, 4, 4], joint_jerk_max: [4, 4, 4] });
    const own = robot[name][1]!;
    const tighter = tightens === "up" ? own + 0.5 : own - 0.5;
    const looser = tightens === "up" ? own - 2e-9 : own + 2e-9;
    expect(computeIntersection(robot, { [compatible]: { j1: tighter } })[name]).toEqual([robot[name][0], tighter, robot[name][2]]);
    expect(() => computeIntersection(robot, { [compatible]: { j1: looser } })).toThrow(`${compatible}[j1]`);
  });

  test("safety-kernel row 33: gripper range, declared columns, modes", () => {
    const robot = envelopeE();
    expect(computeIntersection(robot, { gripper_min: 0.2, gripper_max: 0.5 })).toMatchObject({ gripperMin: 0.2, gripperMax: 0.5 });
    expect(() => computeIntersection(robot, { gripper_max: 1.1 })).toThrow("gripper_max 1.1 is looser");
    expect(() => computeIntersection(robot, { gripper_min: -0.1 })).toThrow("gripper_min -0.1 is looser");
    expect(() => computeIntersection(robot, { gripper_min: 0.9, gripper_max: 0.1 })).toThrow("gripper_min 0.9 is above");
    expect(() => computeIntersection(robot, { joint_position_min: { j0: 0.5 }, joint_position_max: { j0: 0.4 } })).toThrow(
      "joint_position_min[j0]",
    );
    const hand = computeIntersection(robot, { declared_columns: { dex_hand_joint: { min: [0, 0, 0], max: [1, 0.5, 2] } } });
    expect(hand.declaredColumns.dex_hand_joint?.max).toEqual([1, 0.5, 2]);
    expect(hand.declaredColumns.foot_placement).toEqual(robot.declaredColumns.foot_placement);
    expect(() => computeIntersection(robot, { declared_columns: { dex_hand_joint: { min: [0, 0, 0], max: [1, 1, 3] } } })).toThrow(
      "declared_columns[dex_hand_joint][2]",
    );
    expect(() => computeIntersection(robot, { declared_columns: { dex_hand_joint: { min: [0], max: [1] } } })).toThrow(
      "has 1 columns, the robot 3",
    );
    const narrow = envelopeE({ supported_control_modes: ["joint_position", "joint_velocity"] });
    expect(computeIntersection(narrow, { supported_control_modes: ["joint_velocity"] }).supportedModes).toEqual(["joint_velocity"]);
    expect(() => computeIntersection(narrow, { supported_control_modes: ["joint_torque"] })).toThrow(
      "the robot does not support joint_torque",
    );
  });

  test("safety-kernel §13: the box lies inside the robot's; one corner is an error; a robot without one accepts any", () => {
    const robot = envelopeE();
    const inner = { workspace_box_min_xyz: [-0.1, -0.4 - 0.9e-9, 0], workspace_box_max_xyz: [0.1, 0.1, 0.6] };
    expect(computeIntersection(robot, inner)).toMatchObject({ boxMinM: [-0.1, -0.4, 0], boxMaxM: [0.1, 0.1, 0.6] });
    expect(() => computeIntersection(robot, { ...inner, workspace_box_max_xyz: [0.41, 0, 0.1] })).toThrow(
      "workspace_box_max_xyz (0.41, 0, 0.1) lies outside",
    );
    expect(() => computeIntersection(robot, { ...inner, workspace_box_min_xyz: [-0.5, 0, 0] })).toThrow("workspace_box_min_xyz");
    expect(() => computeIntersection(robot, { workspace_box_min_xyz: [0, 0, 0] })).toThrow("workspace_box_max_xyz is missing");
    const open = envelopeE({ ...without("workspace_box_min_xyz", "workspace_box_max_xyz"), acknowledged_unbounded: ["cartesian_pose"] });
    expect(computeIntersection(open, { workspace_box_min_xyz: [-9, -9, -9], workspace_box_max_xyz: [9, 9, 9] }).boxMaxM).toEqual([9, 9, 9]);
  });

  test("safety-kernel §13: deadman_required: either; clearing it is an error; zones are joined", () => {
    for (const [name, ours] of [
      ["deadman_required", "deadmanRequired"],
      ["human_in_loop_required", "humanInLoopRequired"],
    ] as const) {
      expect(() => computeIntersection(envelopeE({ [name]: true }), { [name]: false })).toThrow(name);
      expect(computeIntersection(envelopeE({ [name]: true }), {})[ours]).toBe(true);
      expect(computeIntersection(envelopeE(), { [name]: true })[ours]).toBe(true);
      expect(computeIntersection(envelopeE(), { [name]: false })[ours]).toBe(false);
    }
    const zone = (name: string) => ({
      name,
      polygon: [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      z_min: 0,
      z_max: 1,
    });
    const both = computeIntersection(envelopeE({ no_go_zones: [zone("a")] }), { no_go_zones: [zone("b")] });
    expect(both.noGoZones.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("safety-kernel row 33: a skill cannot set what belongs to the machine, nor misspell", () => {
    for (const more of [
      { hal_mode: "simulation" },
      { acknowledged_unbounded: ["joint_torque"] },
      { jump_tolerance_rad: 9 },
      { rate_tolerance: 1.01 },
      { force_sensor: true },
      { max_force: 1 },
    ])
      expect(() => computeIntersection(envelopeE(), more)).toThrow(/is no field of an envelope here/);
    expect(computeIntersection(envelopeE())).toEqual(envelopeE());
    expect(
      computeIntersection(envelopeE(), { joint_names: ["fixed", "j0"], joint_velocity_max: [9, 0.5] }, ["fixed"]).velocityCapRadPerS,
    ).toEqual([0.5, 1, 1]);
  });

  test("safety-kernel row 33: no intersection is ever looser than the robot's", () => {
    assert(
      property(double({ min: 0, max: 4, noNaN: true }), double({ min: 0, max: 4, noNaN: true }), (own, set) => {
        const robot = envelopeE({ max_ee_speed_m_s: own, joint_velocity_max: [own, 1, 1] });
        try {
          const both = computeIntersection(robot, { max_ee_speed_m_s: set, joint_velocity_max: { j0: set } });
          expect(both.maxEeSpeedMps).toBe(Math.min(own, set));
          expect(both.velocityCapRadPerS[0]).toBe(Math.min(own, set));
        } catch (cause) {
          if (!(set > own + 1e-9)) throw cause;
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe("the load report", () => {
  const parts = { geometry: false, predictor: false, clock: false, leases: false, enforcedElsewhere: [] };
  const statusOf = (envelope: ReturnType<typeof envelopeE>, more: object, limit: string): string =>
    loadReport(envelope, { ...parts, ...more }).find((line) => line.limit.includes(limit))?.status ?? "not listed";

  test("says of each limit whether it is enforced, not set or not enforceable", () => {
    const envelope = envelopeE({
      max_force_n: 5,
      max_ee_accel_m_s2: 3,
      deadman_required: true,
      human_in_loop_required: true,
      no_go_zones: [
        {
          polygon: [
            [0, 0],
            [1, 0],
            [0, 1],
          ],
          z_min: 0,
          z_max: 1,
        },
      ],
    });
    const joints = envelopeE({ supported_control_modes: ["joint_position"], no_go_zones: envelope.noGoZones });
    expect(statusOf(envelope, {}, "joint_position_min")).toBe("enforced");
    expect(statusOf(envelope, {}, "joint_jerk_max")).toBe("not set");
    expect(statusOf(envelope, {}, "max_force_n")).toBe("not enforceable");
    expect(statusOf(envelopeE({ max_force_n: 5, force_sensor: true }), {}, "max_force_n")).toBe("enforced");
    expect(statusOf(envelope, {}, "max_ee_accel_m_s2")).toBe("not enforceable");
    expect(statusOf(envelope, { geometry: true }, "max_ee_accel_m_s2")).toBe("enforced");
    expect(statusOf(envelope, {}, "max_ee_speed_m_s")).toBe("enforced");
    expect(statusOf(joints, {}, "max_ee_speed_m_s")).toBe("not enforceable");
    expect(statusOf(joints, {}, "workspace_box")).toBe("not enforceable");
    expect(statusOf(joints, {}, "no_go_zones")).toBe("not enforceable");
    expect(statusOf(joints, { geometry: true }, "no_go_zones")).toBe("enforced");
    expect(statusOf(envelope, {}, "deadman_required")).toBe("not enforceable");
    expect(statusOf(envelope, { enforcedElsewhere: ["deadman_required"] }, "deadman_required")).toBe("enforced");
    expect(statusOf(envelope, {}, "human_in_loop_required")).toBe("not enforceable");
    expect(statusOf(envelope, { leases: true }, "human_in_loop_required")).toBe("enforced");
    expect(statusOf(envelope, {}, "chunk_validation_deadline_us")).toBe("not enforceable");
    expect(statusOf(envelope, { clock: true }, "chunk_validation_deadline_us")).toBe("enforced");
    expect(statusOf(envelope, {}, "geometry")).toBe("not set");
    const open = envelopeE({ max_ee_speed_m_s: undefined, acknowledged_unbounded: ["cartesian_twist", "joint_position"] });
    expect(loadReport(open, parts).filter(({ limit }) => limit.startsWith("mode "))).toMatchObject([
      { limit: "mode cartesian_twist", status: "not enforceable" },
    ]);
  });

  test("every limit of an envelope has its line", () => {
    const lines = loadReport(envelopeE(), parts)
      .map(({ limit }) => limit)
      .join(", ");
    for (const { compatible } of [...capFields, ...perJointFields]) expect(lines).toContain(compatible);
  });
});
