/**
 * A robot, its world, its gates and its limits in one YAML, and the runtime built from it. Reads files: Node only.
 * @module
 */
export { applyProfileToRuntime, buildRuntimeFromProfile, type Applied, type RuntimeOptions } from "./apply-profile.ts";
export { buildRobot, type BuiltRobot, type RobotSetup } from "./build-robot.ts";
export type { PrimitiveKit } from "./custom-modules.ts";
export { loadProfile, profileNames, type BackendFactory, type LoadedProfile, type ProfileInCode, type ProfileOverrides } from "./files.ts";
export { gatesFromProfile, type GateSources, type ProfileGates } from "./gates-from-profile.ts";
export type { RobotProfile } from "./profile.ts";
export { parseProfile } from "./read-profile.ts";
export { vocabularyOf } from "./vocabulary.ts";
export { emptyWorld, parseWorld } from "./world-file.ts";
