/**
 * A robot, its world, its gates and its limits in one YAML, and the runtime built from it. Reads files: Node only.
 * @module
 */
export { buildRobot, type BuiltRobot, type RobotSetup } from "./build-robot.ts";
export { loadProfile, profileNames, type LoadedProfile, type ProfileOverrides } from "./files.ts";
export { gatesFromProfile, type GateSources, type ProfileGates } from "./gates-from-profile.ts";
export { parseProfile, type RobotProfile } from "./profile.ts";
export { vocabularyOf } from "./vocabulary.ts";
export { emptyWorld, parseWorld } from "./world-file.ts";
