import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { loadProfile } from "../profile/files.ts";
import { backendAskedFor, fromEnvironment, maxStepsAskedFor, robotAskedFor, withInstructions } from "./environment.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const panda = fileURLToPath(new URL("../../models/panda/panda.xml", import.meta.url));

describe("policies row 49 MCP environment", () => {
  test.for(["CLEARANCE", "GHOSTLOOP"])("%s_*: profile, backend, steps, instructions and model", (prefix) => {
    vi.stubEnv(`${prefix}_PROFILE`, "turtlebot");
    vi.stubEnv(`${prefix}_BACKEND`, "mujoco");
    vi.stubEnv(`${prefix}_MAX_STEPS`, "7");
    vi.stubEnv(`${prefix}_INSTRUCTIONS`, "Speak softly.");
    const { loaded, backend } = robotAskedFor({});
    expect([loaded.profile.name, backend, loaded.ownModel]).toEqual(["turtlebot", "mujoco", undefined]);
    expect(maxStepsAskedFor(undefined)).toBe(7);
    expect(withInstructions(loaded).profile.instructions).toMatch(/Stop when in doubt\.\n\nSpeak softly\.$/);
    vi.stubEnv(`${prefix}_MUJOCO_MODEL`, panda);
    expect(robotAskedFor({}).loaded).toMatchObject({ mjcfPath: panda, ownModel: { body: { x: "x" } } });
    expect(robotAskedFor({}, { model: "models/gantry/gantry.xml" }).loaded.mjcfPath).toBe("models/gantry/gantry.xml");
    // The model is MuJoCo's: ideal motion goes by the profile's own.
    expect(robotAskedFor({ backend: "mock" })).toMatchObject({ backend: "kinematic", loaded: { ownModel: undefined } });
  });

  test("options win over CLEARANCE_*, which wins over GHOSTLOOP_*; an empty one counts as none", () => {
    vi.stubEnv("GHOSTLOOP_PROFILE", "spot");
    expect(robotAskedFor({}).loaded.profile.name).toBe("spot");
    vi.stubEnv("CLEARANCE_PROFILE", "tello");
    expect(robotAskedFor({}).loaded.profile.name).toBe("tello");
    expect(robotAskedFor({ profile: "gantry" }).loaded.profile.name).toBe("gantry");
    vi.stubEnv("CLEARANCE_PROFILE", "");
    expect(fromEnvironment("PROFILE")).toBe("spot");
  });

  test("backends of the reference by their names: mock is ideal motion, the later ones are refused in one line", () => {
    expect(backendAskedFor("mock", "mujoco")).toBe("kinematic");
    expect(backendAskedFor(undefined, "mujoco")).toBe("mujoco");
    for (const later of ["ros2", "pybullet", "gymnasium"])
      expect(() => backendAskedFor(later, "mujoco")).toThrow(
        `--backend: this build has no ${later} backend; it has kinematic, mock, mujoco`,
      );
    expect(() => backendAskedFor("magic", "mujoco")).toThrow("--backend 'magic' is not known; choices: kinematic, mujoco");
  });

  test("ROS 2 names are accepted with every profile", () => {
    for (const name of ["ROS2_NODE", "CMD_VEL", "JOINT_STATES", "FORCE_TORQUE"]) vi.stubEnv(`GHOSTLOOP_${name}`, "/x");
    expect(robotAskedFor({ profile: "turtlebot" }).backend).toBe("kinematic");
  });

  test("without any: the table arm as its profile has it", () => {
    expect(robotAskedFor({})).toEqual({ loaded: loadProfile("arm"), backend: "mujoco" });
  });
});
