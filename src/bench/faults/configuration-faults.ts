/**
 * Configuration that must not load: nobody may find out by moving.
 * @module
 */
import { createGateChain } from "../../gate/chain.ts";
import { geofenceGate } from "../../gate/geofence-gate.ts";
import { obstacleAvoidanceGate } from "../../gate/obstacle-avoidance-gate.ts";
import { velocityGate } from "../../gate/velocity-gate.ts";
import { createKernel } from "../../kernel/kernel.ts";
import { parseProfile } from "../../profile/read-profile.ts";
import { parseWorld } from "../../profile/world-file.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { robotFromUrdf } from "../../robot/urdf.ts";
import type { LoadFault } from "./fault.ts";

export const configurationFaults: readonly LoadFault[] = [
  limits("a joint limit NaN", { lowerRad: Float64Array.of(Number.NaN) }),
  limits("joint limits reversed", { lowerRad: Float64Array.of(1), upperRad: Float64Array.of(-1) }),
  limits("a speed limit NaN", { maxVelocityRadPerS: Float64Array.of(Number.NaN) }),
  limits("a speed limit negative", { maxVelocityRadPerS: Float64Array.of(-1) }),
  limits("a limit too many", { upperRad: Float64Array.of(1, 1) }),
  load("a control mode nothing bounds", () => createKernel({ robot: oneJoint(), gripper: false, modes: ["foot_placement"] })),
  load("no control mode", () => createKernel({ robot: oneJoint(), gripper: false, modes: [] })),
  load("a gripper mode without a gripper", () => createKernel({ robot: oneJoint(), gripper: false, modes: ["gripper_position"] })),
  load("a chain with a gate twice", () => createGateChain([geofenceGate(), geofenceGate()])),
  load("a margin NaN", () => obstacleAvoidanceGate({ marginM: Number.NaN })),
  load("a speed cap NaN", () => velocityGate({ maxTipSpeedMps: Number.NaN })),
  load("a fence turned inside out", () => geofenceGate({ minCorner: [1, 1, 1], maxCorner: [0, 0, 0] })),
  load("a profile with a typo", () => parseProfile("name: x\nmax_velocty: 1\nrobot: {}\n", "x.yaml")),
  load("a profile with a speed of .nan", () => parseProfile("name: x\nmax_velocity: .nan\nrobot: {}\n", "x.yaml")),
  load("a world with a radius of .nan", () => parseWorld(worldWith("{ kind: sphere, centerM: [0, 0, 0], radiusM: .nan }"), "w.yaml")),
  load("a world with a negative radius", () => parseWorld(worldWith("{ kind: sphere, centerM: [0, 0, 0], radiusM: -1 }"), "w.yaml")),
  load("a robot with a cycle", () => robotFromUrdf(urdf('<link name="a"/><link name="b"/>' + joint("j", "a", "b") + joint("k", "b", "a")))),
  load("a robot in two parts", () => robotFromUrdf(urdf('<link name="a"/><link name="b"/><link name="c"/>' + joint("j", "a", "b")))),
  load("a joint about nothing", () => robotFromUrdf(urdf('<link name="a"/><link name="b"/>' + joint("j", "a", "b", "0 0 0")))),
  load("a robot file cut short", () => robotFromUrdf(urdf('<link name="a"/>').slice(0, -12))),
];

function load(name: string, body: () => unknown): LoadFault {
  return { kind: "load", group: "configuration", name, load: () => void body() };
}

function limits(name: string, change: Partial<RobotModel>): LoadFault {
  return load(name, () => createKernel({ robot: { ...oneJoint(), ...change }, gripper: false, modes: ["joint_position"] }));
}

function oneJoint(): RobotModel {
  return robotFromUrdf(urdf('<link name="a"/><link name="b"/>' + joint("j", "a", "b"))).collision.robot;
}

function urdf(inside: string): string {
  return `<robot name="r">${inside}</robot>`;
}

function joint(name: string, parent: string, child: string, axis = "0 0 1"): string {
  const limit = '<limit lower="-1" upper="1" velocity="1" effort="1"/>';
  return `<joint name="${name}" type="revolute"><parent link="${parent}"/><child link="${child}"/><axis xyz="${axis}"/>${limit}</joint>`;
}

function worldWith(shape: string): string {
  return `name: w\nworkspace: { minM: [-1, -1, -1], maxM: [1, 1, 1] }\nfixtures: [{ name: f, shapes: [${shape}] }]\n`;
}
