/**
 * Robots as flat arrays: descriptions, kinematics, inverse kinematics, trajectories, and the proof that a motion stays clear.
 * @module
 */
export { withoutSelfPairs, type AttachedBody, type CollisionModel } from "./collision-model.ts";
export { IkSolver, type IkNearest, type IkOptions, type IkResult, type IkTarget } from "./inverse-kinematics.ts";
export { JointChain, type JointLimit } from "./joint-chain.ts";
export { JointPath } from "./joint-path.ts";
export type {
  ArmAnswer,
  CollisionAnswer,
  ForwardAnswer,
  InverseAnswer,
  KinematicModel,
  UnreachableProof,
  Unsupported,
} from "./kinematic-model.ts";
export type { LimitOverrides } from "./kinematic-tree.ts";
export { forwardKinematics, geometricJacobianInto, tipMatrixInto, tipPose } from "./kinematics.ts";
export { compiledMjcfFrom, type CompiledMjcf } from "./mjcf-arrays.ts";
export { robotFromCompiledMjcf, type MjcfOptions, type MjcfRobot } from "./mjcf.ts";
export { obstacleSetFromShapes, type NamedShape, type ObstacleSet } from "./obstacle-set.ts";
export { planTrajectory, type TrajectoryFailure, type TrajectoryLimits } from "./plan-trajectory.ts";
export { SimpleKinematicModel, type ElbowBranch, type SimpleKinematicModelOptions } from "./planar-arm.ts";
export { RobotKinematicModel, type RobotKinematicModelOptions } from "./robot-kinematic-model.ts";
export { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";
export { parseSrdf, type Srdf } from "./srdf.ts";
export { SweptChecker, type ClearanceOptions, type ClearanceReport, type SweptOptions, type SweptReport } from "./swept-checker.ts";
export { straightJointPath, straightTipPath, type TipPathOptions, type TipPathResult } from "./tip-path.ts";
export type { Trajectory } from "./trajectory.ts";
export { robotFromUrdf, type UrdfOptions, type UrdfRobot } from "./urdf.ts";
export { workspaceFromUrdf, type WorkspaceFromUrdfOptions, type WorkspaceStats } from "./workspace-from-urdf.ts";
export { modelProblems } from "./check-model.ts";
