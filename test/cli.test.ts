import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTrace } from "../src/trace/read-trace.ts";
import { runCli } from "./run-cli.ts";
import { sharedModelPath, sharedModelsPresent } from "./shared-models.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-cli-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const cli = (...args: readonly string[]) => runCli(args, folder);
const example = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

describe("clearance demo", () => {
  test("picks, places, is refused by the zone gate, and leaves a whole trace", { timeout: 60_000 }, async () => {
    const { code, stdout } = await cli("demo", "--trace", "demo.jsonl");
    expect(stdout).toMatch(/pick \{object: red_cube\} +ok/);
    expect(stdout).toMatch(/place .* +ok/);
    expect(stdout).toMatch(/refused by prohibited_zones: SAFETY VIOLATION/);
    expect(stdout).toMatch(/reached: /);
    expect(code).toBe(0);
    expect(stdout).not.toContain("\u001B[");
    const read = readTrace(readFileSync(join(folder, "demo.jsonl"), "utf8"));
    expect(read).toMatchObject({ ok: true, trace: { complete: true, chained: true } });
    expect((await cli("trace", "verify", "demo.jsonl")).code).toBe(0);
    expect((await cli("trace", "summary", "demo.jsonl")).stdout).toMatch(/refused +1/);
    const shown = await cli("trace", "show", "demo.jsonl", "--step", "4");
    expect(shown.stdout).toMatch(/✗ prohibited_zones/);
  });
});

describe("clearance run", () => {
  test("words, offline: the cube is where the sentence says", { timeout: 60_000 }, async () => {
    const { code, stdout } = await cli("run", "pick up the red cube and place it at (0.45, -0.25)", "--json");
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      ok: true,
      profile: "arm",
      backend: "mujoco",
      seed: 0,
      final: { holding: null },
      trace: { path: "runs/arm-1.jsonl" },
    });
    expect(report.steps.map((step: { intent: { name: string } }) => step.intent.name)).toEqual(["pick", "place"]);
    expect(report.steps[0]).toMatchObject({
      step: 1,
      verdict: { kind: "allow", gate: "pipeline", code: null, objections: [] },
      status: "ok",
    });
    expect(Object.keys(report.steps[0])).toEqual(["step", "intent", "verdict", "status", "message", "durationMs"]);
    expect(report.trace.headHash).toMatch(/^[0-9a-f]{64}$/);
    expect(code).toBe(0);
  });

  test("a script without physics, as one JSON object; twice the same head hash", async () => {
    const [first, second] = [
      await cli("run", "--backend", "kinematic", "--script", example("demo.yaml"), "--json"),
      await cli("run", "--backend", "kinematic", "--script", example("demo.yaml"), "--json"),
    ];
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ ok: true, trace: { path: "runs/demo-1.jsonl" } });
    expect(JSON.parse(second.stdout).trace.path).toBe("runs/demo-2.jsonl");
    expect(JSON.parse(second.stdout).trace.headHash).toBe(JSON.parse(first.stdout).trace.headHash);
  });

  test("every example reaches its goal", { timeout: 240_000 }, async () => {
    const runs = [
      ["pick-and-place.yaml"],
      ["inspection.yaml"],
      ["rover.yaml", "--profile", "turtlebot"],
      ["quadruped.yaml", "--profile", "spot", "--approve"],
      ["drone.yaml", "--profile", "tello", "--approve"],
      ["franka.yaml", "--profile", "franka_arm", "--approve"],
      ["mobile-manipulator.yaml", "--profile", "stretch", "--approve"],
      ["humanoid.yaml", "--profile", "humanoid_demo"],
    ] as const;
    for (const [name, ...options] of runs) {
      const { code, stdout, stderr } = await cli("run", ...options, "--script", example(name));
      expect(`${name}: ${code}\n${code === 0 ? "" : stdout + stderr}`).toBe(`${name}: 0\n`);
    }
  });

  test("a person comes by: the arm slows down, holds, and goes on, and the view says so", { timeout: 60_000 }, async () => {
    const robot = ["--backend", "kinematic", "--profile", example("near-people-profile.yaml")];
    const { code, stdout, stderr } = await cli("run", ...robot, "--script", example("person-nearby.yaml"));
    expect(`${code} ${stderr}`).toBe("0 ");
    expect(stdout).toMatch(/slowed to \d\d %: visitor \d\.\d\d m[^]*holds: visitor \d\.\d\d m[^]*slowed to \d+ %[^]*goes on as planned/);
    expect(stdout).toMatch(/reached: all 9 steps/);
  });

  test("profiles are listed as they would run: primitives, gates in their order, limits, who is asked", { timeout: 60_000 }, async () => {
    const [all, one] = [await cli("profiles"), await cli("profiles", "tello", "--json")];
    expect([all.code, one.code]).toEqual([0, 0]);
    for (const name of ["arm", "franka_arm", "gantry", "humanoid_demo", "spot", "stretch", "tello", "turtlebot"])
      expect(all.stdout).toMatch(new RegExp(`^${name} `, "m"));
    const [tello] = JSON.parse(one.stdout);
    expect(tello).toMatchObject({
      name: "tello",
      always: ["stop"],
      approval: ["takeoff", "fly_to"],
      limits: { max_velocity: 1 },
      bounds: [
        [-3, -3, 0],
        [3, 3, 2],
      ],
    });
    expect(tello.primitives).toContain("land");
    expect([tello.gates[0], tello.gates.at(-1)]).toEqual(["window", "hitl"]);
    expect((await cli("profiles", "arm")).stdout).toMatch(
      /limits +max_velocity 0\.8 m\/s, .*\n +bounds +\(-0\.3, -0\.75, 0\) to \(0\.85, 0\.75, 1\.1\) m, of its world table\n/,
    );
    expect((await cli("profiles", "telo")).stderr).toContain("did you mean 'tello'?");
  });

  test("a rover's ahead is where it looks, and a drone flies as it is told", async () => {
    const rover = await cli("run", "--profile", "turtlebot", "turn 90 degrees to the left, then drive forward 1 m", "--json");
    const drone = ["--profile", "tello", "--approve", "--json", "take off, fly to (1, 0, 1.5), hover for 2 seconds, land"];
    for (const [{ code, stdout }, [x, y, z]] of [
      [rover, [0, 1, 0.11]],
      [await cli("run", ...drone), [1, 0, 0.05]],
    ] as const) {
      expect(code).toBe(0);
      expect(JSON.parse(stdout).final.tipInWorld).toEqual([expect.closeTo(x, 5), expect.closeTo(y, 5), expect.closeTo(z, 5)]);
    }
  });

  test("nobody reads any more, as after | head: the robot is stopped, quietly, and the trace is whole", { timeout: 60_000 }, async () => {
    const run = ["run", "--backend", "kinematic", "--realtime", "--script", example("demo.yaml"), "--trace", "cut.jsonl"];
    const { code, stderr } = await runCli(run, folder, (_kill, _stdout, stopReading) => stopReading());
    expect([code, stderr]).toEqual([130, ""]);
    const read = readTrace(readFileSync(join(folder, "cut.jsonl"), "utf8"));
    expect(read).toMatchObject({ ok: true, trace: { complete: true, chained: true } });
  });

  test("the gantry carries out words too", async () => {
    const { stdout, code } = await cli("run", "--profile", "gantry", "move 30cm to the right then go up 20 cm", "--json");
    expect(code).toBe(0);
    const [x, y, z] = JSON.parse(stdout).final.tipInWorld;
    expect([x, y, z].map((v: number) => Math.round(v * 1e6) / 1e6)).toEqual([0.3, 0, 1.2]);
  });

  test("what is not understood moves nothing and says what would be", async () => {
    const { code, stdout } = await cli("run", "--backend", "kinematic", "make me a sandwich", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, steps: [] });
    expect(JSON.parse(stdout).message).toMatch(/sandwich/);
  });

  test("a refused goal exits with 1", async () => {
    const { code, stdout } = await cli("run", "--backend", "kinematic", "move to (0.15, 0.6, 0.4)", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).steps[0]).toMatchObject({ status: "blocked", verdict: { kind: "deny", gate: "prohibited_zones" } });
  });

  test("a free target behind an obstacle is refused by the swept proof, link and distance named", async () => {
    const world = write(
      "wall.yaml",
      `name: wall\nworkspace: {minM: [-1, -1, 0], maxM: [1, 1, 1.2]}\nfixtures:\n  - name: wall\n    shapes:\n      - {kind: box, centerM: [0.5, 0.2, 0.4], halfM: [0.2, 0.01, 0.4]}\n`,
    );
    const { stdout } = await cli(
      "run",
      "--backend",
      "kinematic",
      "--world",
      world,
      "move to (0.5, 0.1, 0.4) then move to (0.5, 0.35, 0.4)",
      "--json",
    );
    const step = JSON.parse(stdout).steps.at(-1);
    expect(step).toMatchObject({ status: "blocked", verdict: { kind: "deny", gate: "obstacle_avoidance" } });
    expect(step.verdict.reason).toMatch(/wall/);
  });

  test("Ctrl-C stops the robot, ends the trace, exits with 130", { timeout: 60_000 }, async () => {
    let sent = false;
    const { code, stdout } = await runCli(
      ["run", "--realtime", "--backend", "kinematic", "--trace", "run.jsonl", "wait 20 seconds"],
      folder,
      (kill, seen) => {
        if (!sent && seen.includes("seed 0")) {
          sent = true;
          // The first line is out before the first step; a moment later the robot is waiting.
          setTimeout(() => kill("SIGINT"), 300);
        }
      },
    );
    expect(code).toBe(130);
    expect(stdout).toMatch(/stopped/);
    const read = readTrace(readFileSync(join(folder, "run.jsonl"), "utf8"));
    expect(read).toMatchObject({ ok: true, trace: { complete: true } });
    expect(read.ok && read.trace.steps.some((step) => step.decision.gateName === "stop-path")).toBe(true);
  });

  test("Ctrl-C at any moment: before the robot is loaded, between steps, in the middle of a motion", { timeout: 60_000 }, async () => {
    for (const [index, delayMs] of [0, 150, 400, 900, 1500].entries()) {
      const path = `run-${index}.jsonl`;
      const child = runCli(
        ["run", "--realtime", "--backend", "kinematic", "--trace", path, Array(20).fill("move up 10 cm, move down 10 cm").join(", ")],
        folder,
        undefined,
        delayMs,
      );
      const { code, signal, stderr } = await child;
      // Before anything is loaded there is nobody to listen yet: the process simply ends.
      expect(code === 130 || signal === "SIGINT", `${delayMs} ms: ${code} ${signal} ${stderr}`).toBe(true);
      if (code !== 130 || !existsSync(join(folder, path))) continue;
      expect(readTrace(readFileSync(join(folder, path), "utf8"))).toMatchObject({ ok: true, trace: { complete: true } });
    }
  });

  test.runIf(sharedModelsPresent).for([
    ["Panda", "menagerie/franka_emika_panda/panda.xml"],
    ["UR5e", "menagerie/universal_robots_ur5e/ur5e.xml"],
  ] as const)("a user's own MJCF: %s reports its status and moves", { timeout: 120_000 }, async ([, model]) => {
    const { stdout, stderr, code } = await cli("run", "--model", sharedModelPath(model), "get status then move up 2 cm", "--json");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout).steps.map((step: { status: string }) => step.status)).toEqual(["ok", "ok"]);
    expect(code).toBe(0);
  });
});

describe("bad input is one line and exit code 2", () => {
  test.for([
    [["frobnicate"], /unknown command 'frobnicate'/],
    [["rnu"], /did you mean 'run'\?/],
    [["run"], /say what to do/],
    [["run", "--profile", "nope", "go home"], /there is no profile 'nope'; .*profiles: arm, franka_arm, gantry/],
    [["run", "--sript", "x"], /unknown option --sript; did you mean --script\?/],
    [["run", "--backend", "magic", "go home"], /--backend 'magic' is not known; choices: kinematic, mujoco/],
    [["run", "--seed", "x", "go home"], /--seed takes a whole number/],
    [["run", "--script", "missing.yaml"], /script missing\.yaml: there is no such file/],
    [["run", "--policy", "script"], /needs --script/],
    [["run", "--world", "missing.yaml", "go home"], /world missing\.yaml: there is no such file/],
    [["run", "--model", "robot.step", "go home"], /MJCF/],
    [["trace", "show"], /needs a file/],
    [["trace", "shwo", "x"], /did you mean 'trace show'\?/],
  ] as const)("%j", async ([args, pattern]) => {
    const { code, stdout, stderr } = await cli(...args);
    expect(stderr).toMatch(pattern);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test.for([
    ["a tab", "steps:\n\t- scan\n", /bad\.yaml:2:1/],
    ["an unknown key", "goal: x\nstep:\n  - scan\n", /bad\.yaml:2:1.*steps/],
    ["broken YAML", "steps: [\n", /bad\.yaml/],
    ["nothing in it", "", /bad\.yaml/],
    ["a NaN", "steps:\n  - move_to: {x: .nan, y: 0, z: 0}\n", /bad\.yaml:2:\d+/],
  ] as const)("a script with %s names its line", async ([, text, pattern]) => {
    const { code, stderr } = await cli("run", "--script", write("bad.yaml", text));
    expect(stderr).toMatch(pattern);
    expect(code).toBe(2);
  });

  test("a script of 100 MB is refused unread", { timeout: 60_000 }, async () => {
    const { code, stderr } = await cli("run", "--script", write("big.yaml", `goal: x\n${"#".repeat(99)}\n`.repeat(960_000)));
    expect(stderr).toMatch(/MB/);
    expect(code).toBe(2);
  });

  test.for([
    ["malformed XML", "robot.urdf", "<robot name='x'><link></robot>", /robot\.urdf:1:\d+/],
    [
      "a cycle",
      "robot.urdf",
      `<robot name="x"><link name="a"/><link name="b"/><joint name="j" type="fixed"><parent link="a"/><child link="b"/></joint><joint name="k" type="fixed"><parent link="b"/><child link="a"/></joint></robot>`,
      /cycl/i,
    ],
    [
      "a missing mesh",
      "robot.xml",
      `<mujoco><asset><mesh name="m" file="nowhere.stl"/></asset><worldbody><body><geom type="mesh" mesh="m"/></body></worldbody></mujoco>`,
      /nowhere\.stl/,
    ],
    ["an unknown element", "robot.xml", "<mujoco><worldbody><blob/></worldbody></mujoco>", /blob/],
  ] as const)("a robot description with %s", { timeout: 60_000 }, async ([, name, text, pattern]) => {
    const { code, stderr } = await cli("run", "--model", write(name, text), "go home");
    expect(stderr).toMatch(pattern);
    expect(code).toBe(2);
  });

  test("a trace that exists is not overwritten", async () => {
    const path = write("run.jsonl", "evidence");
    const { code, stderr } = await cli("run", "--backend", "kinematic", "--trace", path, "go home");
    expect(stderr).toMatch(/run\.jsonl: it exists already/);
    expect([code, readFileSync(join(folder, path), "utf8")]).toEqual([2, "evidence"]);
  });
});

describe("help", () => {
  test("clearance, --help and --version", async () => {
    expect((await cli()).stdout).toMatch(/clearance demo/);
    expect((await cli("run", "--help")).stdout).toMatch(/--profile/);
    expect((await cli("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("doctor finds everything in order here", async () => {
    const { code, stdout } = await cli("doctor", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
    expect(code).toBe(0);
  });
});

describe("clearance bench", () => {
  test("safety-cost: a table, a picture, and every outcome", { timeout: 60_000 }, async () => {
    const { code, stdout } = await cli(
      "bench",
      "safety-cost",
      "--episodes",
      "2",
      "--backend",
      "kinematic",
      "--workers",
      "2",
      "--out",
      "cost",
    );
    expect(stdout).toMatch(/^gates +success/m);
    for (const arm of ["off", "graded", "binary"]) expect(stdout).toMatch(new RegExp(`^${arm} +\\d`, "m"));
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "cost", "safety-cost.json"), "utf8")).outcomes).toHaveLength(6);
    expect(readFileSync(join(folder, "cost", "safety-cost.svg"), "utf8")).toMatch(/^<svg[\s\S]*<\/svg>\n$/);
  });

  test("says which benches there are, and what an option takes", async () => {
    expect(await cli("bench")).toMatchObject({ code: 2, stderr: expect.stringContaining("clearance bench safety-cost") });
    expect((await cli("bench", "fault")).stderr).toContain("did you mean 'faults'?");
    expect((await cli("bench", "safety-cost", "--episodes", "0")).stderr).toContain("--episodes must be at least 1");
  });
});
