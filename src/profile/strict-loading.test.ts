import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClearanceError } from "../core/errors.ts";
import { buildRuntimeFromProfile } from "./apply-profile.ts";
import { loadProfile } from "./files.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-strict-"));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const call = "call: () => ({ status: 'ok' })";
  write("good.mjs", `export const beep = () => ({ name: "beep", description: "", ${call} });\nexport const number = 7;\n`);
  write(
    "typed.ts",
    `const name: string = "typed";\nexport const typed = (): object => ({ name, argSchema: { n: "int (0..3)" }, ${call} });\n`,
  );
  write("throws.mjs", `throw new Error("no device");\n`);
  write("factory-throws.mjs", `export function make() { throw new Error("no tray"); }\n`);
  write("promise.mjs", `export const make = async () => [];\n`);
  write("awaits.mjs", `await Promise.resolve();\nexport const make = () => [];\n`);
  write("stop.mjs", `export const make = () => [{ name: "stop", ${call} }, { name: "goto", ${call} }, { name: "take_photo", ${call} }];\n`);
  write("twins.mjs", `export const make = () => [{ name: "twin", ${call} }, { name: "twin", ${call} }];\n`);
  write(
    "odd.mjs",
    `export const make = () => [7, { name: "odd", risk: "stop", ${call} }, { name: "vague", argSchema: { a: "pose" }, ${call} }];\n`,
  );
  write("loop.mjs", `export const make = () => ({ name: "loop", steps: ["round"] });\n`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function problemsOf(text: string, file = "p.yaml"): readonly string[] {
  const path = join(folder, file);
  writeFileSync(path, text);
  try {
    loadProfile(path);
    return [];
  } catch (error) {
    if (ClearanceError.is(error, "config.invalid")) return error.data.problems.map((line) => line.replaceAll(`${folder}/`, ""));
    if (ClearanceError.is(error)) return [error.message.replaceAll(`${folder}/`, "")];
    throw error;
  }
}

const rover = "name: t\nmorphology: mobile_base\ncategories: [mobile_base, generic]\n";

describe("runtime row 44: one report of everything", () => {
  test("every fault with its place and the nearest name", () => {
    const text = `${rover}max_velocty: 1
max_force_n: -1
max_velocity: fast
workspace_bounds: [[1, -1, 0], [-1, 1, 0]]
denied_primitives: [fly_to, gotoo]
hitl_primitives: [driv]
per_primitive_cooldown: { rotat: 1 }
composites:
  - { name: a, steps: [b, gotoo] }
  - { name: b, steps: [c] }
  - { name: c, steps: [a] }
  - { name: drive, steps: [goto] }
  - { name: d, stepz: [goto] }
custom_primitives:
  - good.mjs:beep
  - { module: nowhere.mjs, factory: make }
safety_gates:
  - { kind: cooldwn, args: {} }
  - { kind: cooldown, args: { default: 1 } }
  - { kind: geofence, args: { min_corner: [0, 0, 0], max_corner: [1, 0, 1] } }
  - { kind: time_window, args: { per_primitive: { gotoo: [{ start: "09:00", end: "17:00" }] } } }
backend: { kind: mujoko, kwargs: {} }
max_velocity: 2
`;
    expect(problemsOf(text)).toMatchInlineSnapshot(`
      [
        "p.yaml:26:1: this key stands twice in one mapping; keep one of the two",
        "p.yaml:16:5: 'composites.4.steps': expected array, received undefined",
        "p.yaml:16:16: unknown key 'composites.4.stepz'; did you mean 'steps'?",
        "p.yaml:25:12: 'backend.kind': there is no backend 'mujoko'; did you mean 'mujoco'?",
        "p.yaml:5:1: 'max_force_n': Too small: expected number to be >=0",
        "p.yaml:21:7: 'safety_gates.0.kind': there is no gate 'cooldwn'; did you mean 'cooldown'?",
        "p.yaml:22:31: 'safety_gates.1.args.default': unknown argument of gate cooldown; did you mean 'default_s'?",
        "p.yaml:23:31: 'safety_gates.2.args.min_corner': y is 0, and max_corner is 0: it must be less",
        "p.yaml:4:1: unknown key 'max_velocty'; did you mean 'max_velocity'?",
        "p.yaml:7:1: 'workspace_bounds': min x = 1 is not less than max x = -1",
        "p.yaml:7:1: 'workspace_bounds': min z = 0 is not less than max z = 0",
        "p.yaml:19:5: 'custom_primitives.1': nowhere.mjs is not found: Error: Cannot find module 'nowhere.mjs'",
        "p.yaml:15:7: 'composites.3.name': primitive already registered: drive",
        "p.yaml:14:24: 'composites.2.steps.0': composites go round in a circle: a → b → c → a",
        "p.yaml:12:27: 'composites.0.steps.1': a: unknown step 'gotoo'; did you mean 'goto'?",
        "p.yaml:8:29: 'denied_primitives.1': names the primitive 'gotoo', which this robot does not have; did you mean 'goto'?",
        "p.yaml:9:19: 'hitl_primitives.0': names the primitive 'driv', which this robot does not have; did you mean 'drive'?",
        "p.yaml:10:27: 'per_primitive_cooldown.rotat': names the primitive 'rotat', which this robot does not have; did you mean 'rotate'?",
        "p.yaml:24:51: 'safety_gates.3.args.per_primitive.gotoo': names the primitive 'gotoo', which this robot does not have; did you mean 'goto'?",
      ]
    `);
  });

  test.for<readonly [string, string, string]>([
    [
      "category",
      "name: t\ncategories: [mobile_bas]\n",
      "p.yaml:2:14: 'categories.0': 'mobile_bas' is none of mobile_base, quadruped, humanoid, aerial, dexterous, sensing, generic; did you mean 'mobile_base'?",
    ],
    ["morphology", "name: t\nmorphology: dron\n", "p.yaml:2:1: 'morphology': 'dron' is none of arm, mobile_base, quadruped, drone,"],
    ["nothing", "", "p.yaml:1:1: the file: it is empty; write keys and values"],
    [
      "later backend",
      `${rover}backend: ros2\n`,
      "p.yaml:4:1: 'backend': this build has no ros2 backend; it has kinematic, mock, mujoco, randomized",
    ],
    [
      "kwargs",
      `${rover}backend: {kind: mock, kwargs: {initail: 1}}\n`,
      "'backend.kwargs.initail': unknown argument of backend mock; did you mean 'initial'?",
    ],
    [
      "randomized",
      `${rover}backend: {kind: randomized, kwargs: {wraps: mok, config: {pos_noise: 1}}}\n`,
      "there is no backend 'mok'; did you mean 'mock'?",
    ],
    ["randomized key", `${rover}randomized: {pos_noise: 1}\n`, "p.yaml:4:1: 'randomized': unknown setting pos_noise"],
    ["raw", `${rover}allow_raw_actions: true\n`, "raw actions have no way round the gates"],
    ["stop", `${rover}stop_action: hover\n`, "a stop has one path"],
    ["version", `${rover}schema_version: 2\n`, "this build reads version 1"],
    ["both", `${rover}urdf: a.urdf\nrobot: {urdf: b.urdf}\n`, "'urdf': stands beside robot.urdf"],
    ["no file", `${rover}urdf: a.urdf\n`, "robot description a.urdf: there is no such file"],
    ["no world", `${rover}world: w.yaml\n`, "world w.yaml: there is no such file"],
    [
      "denied",
      `${rover}denied_primitives: [wave, waev]\n`,
      "'denied_primitives.1': names the primitive 'waev', which this robot does not have",
    ],
    ["hitl of the library", `${rover}hitl_primitives: [wave]\n`, "'hitl_primitives.0': names the primitive 'wave'"],
    ["itself", `${rover}composites: [{name: a, steps: [a]}]\n`, "a: a composite cannot contain itself"],
    [
      "category without its joints",
      "name: t\nmorphology: mobile_base\ncategories: [aerial]\n",
      "'categories.0': category aerial needs robot.body.z",
    ],
    ["slow", `${rover}obstacle_slow_m: 0.1\n`, "'obstacle_slow_m': needs obstacle_slow_mps beside it"],
    [
      "bomb",
      `a: &a [${"x, ".repeat(99)}x]\n${Array.from({ length: 6 }, (_, i) => `${"bcdefg"[i]}: &${"bcdefg"[i]} [${`*${"abcdef"[i]}, `.repeat(20)}*${"abcdef"[i]}]`).join("\n")}\n`,
      "more than 500000 values, aliases counted in full",
    ],
  ])("%s", ([, text, problem]) => {
    expect(problemsOf(text).join("\n")).toContain(problem);
  });

  test("names of primitives are not called wrong by a profile whose categories are", () => {
    expect(problemsOf("name: t\nmorphology: drone\ncategories: [aerail]\nhitl_primitives: [takeoff]\n")).toEqual([
      expect.stringMatching(/^p\.yaml:3:14: 'categories\.0': .*did you mean 'aerial'\?$/),
    ]);
  });

  test("a file given beside the profile is told of by its own name, and a folder is none", () => {
    const given = { world: "gone.yaml", model: "gone.urdf" };
    expect(() => loadProfile("arm", given)).toThrow(
      /^world gone\.yaml: there is no such file\nrobot description gone\.urdf: there is no such file$/,
    );
    expect(() => loadProfile("arm", { model: "gpt-4o" })).toThrow(/a language model goes with --policy llm$/);
    expect(() => loadProfile("./src")).toThrow("profile ./src: it is a folder; give a file");
  });

  test("a profile in JSON, and one given as its text", () => {
    expect(problemsOf(JSON.stringify({ name: "t", morphology: "mobile_base", max_velocty: 1 }), "p.json")).toEqual([
      expect.stringContaining("unknown key 'max_velocty'; did you mean 'max_velocity'?"),
    ]);
    expect(loadProfile(rover).profile.name).toBe("t");
    expect(loadProfile('{"name": "j", "morphology": "drone"}').profile.robot.body?.z).toBe("z");
  });
});

describe("runtime row 45: custom primitives that do not load", () => {
  const custom = (entries: string) => problemsOf(`${rover}custom_primitives: [${entries}]\n`);

  test.for<readonly [string, string]>([
    ["throws.mjs:make", "throws.mjs does not load: Error: no device"],
    ["awaits.mjs:make", "awaits.mjs does not load: "],
    ["factory-throws.mjs:make", "make of factory-throws.mjs threw: Error: no tray"],
    ["promise.mjs:make", "make of promise.mjs gives a promise"],
    ["good.mjs:bep", "good.mjs has no function 'bep'; did you mean 'beep'?"],
    ["good.mjs:number", "good.mjs has no function 'number'; it has beep"],
    ["good.mjs", '"good.mjs" is not of the form module:factory'],
    ["missing.mjs:make", "missing.mjs is not found: "],
    ["my.robot.skills:make", "my.robot.skills is a Python module"],
    ["no-such-package:make", "no-such-package is not found"],
    ["stop.mjs:make", "the name 'stop' is the library's own"],
    ["stop.mjs:make", "the name 'take_photo' is the library's own"],
    ["twins.mjs:make", "two primitives have the name 'twin'"],
    ["odd.mjs:make", "a primitive of odd.mjs: is not a primitive"],
    ["odd.mjs:make", 'odd of odd.mjs: has the risk "stop"'],
    ["odd.mjs:make", "vague of odd.mjs: argSchema a: 'pose' begins with no known type"],
  ])("%s: %s", ([entry, problem]) => {
    expect(custom(`"${entry}"`).join("\n")).toContain(`p.yaml:4:21: 'custom_primitives.0': ${problem}`);
  });

  test("a circle through a primitive of a module", () => {
    expect(problemsOf(`${rover}custom_primitives: ["loop.mjs:make"]\ncomposites: [{name: round, steps: [loop]}]\n`).join()).toContain("→");
  });

  test("JavaScript beside the profile, TypeScript, and another name for a module", async () => {
    const text = `${rover}custom_primitives: [good.mjs:beep, ./typed.ts:typed, "acme.skills:make"]\n`;
    writeFileSync(join(folder, "ok.yaml"), text);
    writeFileSync(
      join(folder, "acme.mjs"),
      `export const make = ({ definePrimitive, z, planOf }) => definePrimitive({
      name: "home", summary: "Go home.", risk: "move", args: z.strictObject({}),
      plan: (_args, world) => planOf("goto", { x: 0.5, y: 0 }, world),
      report: () => ({ ok: true, observation: {}, message: "home" }),
    });\n`,
    );
    const loaded = loadProfile(join(folder, "ok.yaml"), { modules: { "acme.skills": "./acme.mjs" } });
    const robot = await buildRuntimeFromProfile(loaded, { backend: "kinematic" });
    expect(robot.registry.names()).toEqual(expect.arrayContaining(["beep", "typed", "home"]));
    expect((await robot.runtime.step({ name: "typed", args: { n: 9 } })).result.status).toBe("blocked");
    expect((await robot.runtime.step({ name: "home", args: {} })).result.status).toBe("ok");
    expect((await robot.backend.observe()).qRad[0]).toBeCloseTo(0.5, 3);
  });
});

test("runtime §8: no primitives at all: move_to, scan, pick, place", async () => {
  const robot = await buildRuntimeFromProfile(loadProfile("name: bare\nmorphology: arm\n"), { backend: "kinematic" });
  expect(robot.registry.names()).toEqual(["move_to", "pick", "place", "scan", "stop"]);
});

test("runtime §8: every gate kind of the reference and of ours, in order", async () => {
  const text = `${rover}hitl_primitives: [goto]
safety_gates:
  - { kind: deny_list, args: { denied: [rotate, wave] } }
  - { kind: rate_limit }
  - { kind: cooldown, args: { default_s: 1 } }
  - { kind: geofence, args: { min_corner: [-2, -2, 0], max_corner: [2, 2, 1] } }
  - { kind: workspace, args: { bounds_min: [-2, -2, 0], bounds_max: [2, 2, 1], obstacles: [{ kind: sphere, centerM: [1, 1, 0], radiusM: 0.2 }] } }
  - { kind: force_cap, args: { velocity_max: 0.2 } }
  - { kind: action_smoothing, args: { max_velocity: 0.2, per_primitive: { drive: { max_velocity: 0.1 } } } }
  - { kind: human_in_the_loop, args: { requires_approval: [drive], timeout_s: 5 } }
  - { kind: time_window, args: { per_primitive: { wait: [{ start: "00:00", end: "23:59" }] } } }
  - { kind: deadline, args: { max_consecutive: 2 } }
  - { kind: step_size, args: { max_step_m: 1 } }
  - { kind: budget, args: { max_action_validations: 100 } }
`;
  const robot = await buildRuntimeFromProfile(loadProfile(text), { backend: "kinematic" });
  const ids = robot.chain.gates.map(({ id }) => id);
  expect(ids.slice(ids.indexOf("obstacle_avoidance") + 1)).toEqual([
    "deny_list",
    "rate_limit#2",
    "cooldown",
    "geofence",
    "workspace#2",
    "force_cap#2",
    "action_smoothing",
    "hitl",
    "time_window",
    "deadline",
    "step_size",
    "hitl#2",
  ]);
  const refusedBy = async (name: string, args = {}) => {
    const { gates } = await robot.runtime.step({ name, args });
    return gates.filter(({ action }) => action !== "allow").map(({ gate }) => gate);
  };
  expect(await refusedBy("rotate", { dtheta: 1 })).toContain("deny_list");
  expect(await refusedBy("goto", { x: 1, y: 1 })).toEqual(expect.arrayContaining(["workspace#2", "step_size", "hitl#2"]));
  expect(await refusedBy("drive", { linear_x: 0.3 })).toEqual(expect.arrayContaining(["force_cap#2", "hitl"]));
  expect(await refusedBy("wait", { seconds: 0.1 })).toEqual([]);
  expect(await refusedBy("wait", { seconds: 0.1 })).toEqual(["cooldown"]);
});
