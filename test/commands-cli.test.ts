import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { gateNames } from "../src/gate/gate-names.ts";
import { profileNames } from "../src/profile/files.ts";
import { runCli } from "./run-cli.ts";

// Each test starts several processes.
vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-commands-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const cli = (...args: readonly string[]) => runCli(args, folder);

describe("policies row 51 the demo plan", () => {
  test("policies row 51 demo --fence: marks OK five times, then BLK; the distances; the fence's words last; exit code 0", async () => {
    const { code, stdout } = await cli("demo", "--fence", "--trace", "demo.jsonl");
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.slice(0, 5))).toEqual(["[OK ]", "[OK ]", "[OK ]", "[OK ]", "[OK ]", "[BLK]"]);
    expect(lines[1]).toBe("[OK ] move_to {x: 0.4, y: 0.2, z: 0.1}  moved 0.4583 units");
    // 0.8 m along x, and the 2 cm that the gripper stands higher after it has lifted what it took.
    expect(lines[3]).toBe("[OK ] move_to {x: -0.4, y: 0.2, z: 0.1}  moved 0.8002 units");
    expect(lines[5]).toBe("[BLK] move_to {x: 5, y: 0, z: 0}  geofence: target x=5 outside workspace [-1,1]");
    expect(code).toBe(0);
    expect((await cli("trace", "verify", "demo.jsonl")).code).toBe(0);
  });

  test("policies row 51 demo --fence takes no backend, and --json says it as any run does", async () => {
    expect(await cli("demo", "--fence", "--backend", "mujoco")).toMatchObject({ code: 2, stdout: "" });
    const { stdout } = await cli("demo", "--fence", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, profile: "fence", backend: "kinematic" });
  });

  test("policies row 51 a step with an unexpected status: exit code 1", async () => {
    writeFileSync(join(folder, "wrong.yaml"), "steps:\n  - move_to: {x: 50, y: 0, z: 1}\n");
    const { code, stdout } = await cli("run", "--profile", "gantry", "--script", "wrong.yaml");
    expect(code).toBe(1);
    expect(stdout).toMatch(/not reached: step 1 move_to: expected ok, got blocked/);
  });
});

describe("policies row 51 info", () => {
  test("policies row 51 info: version, gates, primitives, backends with the reason, presets", async () => {
    const { code, stdout } = await cli("info", "--json");
    const info = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(Object.keys(info)).toEqual(["version", "gates", "primitives", "backends", "presets"]);
    expect(info.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(info.gates).toEqual(gateNames);
    expect(info.presets).toEqual(profileNames());
    const primitives: readonly string[] = info.primitives;
    expect(primitives).toEqual([...primitives].sort());
    expect(info.primitives).toEqual(expect.arrayContaining(["drive", "fly_to", "move_to", "pick", "scan", "stop", "takeoff", "walk_to"]));
    expect(info.backends).toEqual([
      { name: "kinematic", available: true, reason: expect.any(String) },
      { name: "mujoco", available: true, reason: "physics" },
      { name: "randomized", available: true, reason: expect.any(String) },
    ]);
    const shown = (await cli("info")).stdout;
    expect(shown).toMatch(/^clearance +\d+\.\d+\.\d+\ngates +action_smoothing, .*\nprimitives +.*\nbackends +kinematic +available: /);
    expect(shown).toContain(`presets     ${profileNames().join(", ")}\n`);
    expect((await cli("info", "now")).code).toBe(2);
  });
});

describe("policies row 51 replay", () => {
  test("policies row 51 replay: the trace summed up, as text and as JSON", async () => {
    await cli("demo", "--fence", "--trace", "demo.jsonl");
    const { code, stdout } = await cli("replay", "demo.jsonl", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      n_events: 6,
      by_status: { ok: 5, blocked: 1 },
      by_intent: { scan: 1, move_to: 3, pick: 1, place: 1 },
      denied: 1,
      deny_reasons: ["geofence: target x=5 outside workspace [-1,1]"],
    });
    const text = await cli("replay", "demo.jsonl");
    expect(text.stdout).toMatch(/^episode +\S+ .*\nbackend +kinematic, profile fence, seed 0\nsteps +6: ok 5, blocked 1\n/);
    expect((await cli("trace", "summary", "demo.jsonl")).stdout).toBe(text.stdout);
  });

  test("policies row 51 a file that is not there, cannot be read or is no trace: exit code 3 and one line", async () => {
    writeFileSync(join(folder, "notes.txt"), "hello\n");
    for (const command of [["replay"], ["trace", "summary"], ["trace", "verify"]] as const) {
      for (const [path, reason] of [
        ["missing.jsonl", "there is no file missing.jsonl"],
        [".", "cannot read ."],
        ["notes.txt", "notes.txt is not a trace"],
      ] as const) {
        const { code, stdout, stderr } = await cli(...command, path);
        expect([code, stdout]).toEqual([3, ""]);
        expect(stderr).toMatch(new RegExp(`^clearance: ${reason.replaceAll(".", "\\.")}.*\n$`));
      }
    }
    expect((await cli("replay")).code).toBe(2);
    expect((await cli("replay", "a", "b")).code).toBe(2);
  });

  test("policies row 51 nobody reads any more: a command that only tells ends quietly", async () => {
    await cli("demo", "--fence", "--trace", "demo.jsonl");
    const { stderr } = await runCli(["trace", "show", "demo.jsonl"], folder, (_kill, _stdout, stopReading) => stopReading());
    expect(stderr).toBe("");
  });
});

test("policies row 51 an unknown command says what there is, and so does --help; --version is the version and nothing else", async () => {
  for (const name of ["eval", "dashboard", "query"]) {
    const { code, stderr } = await cli(name);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^clearance: unknown command '${name}'; commands: run, .*demo, .*info.*\n$`));
  }
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(await cli("--version")).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  const { stdout } = await cli("--help");
  for (const name of ["demo", "run", "replay", "trace", "info", "mcp", "bench", "calibrate"]) expect(stdout).toContain(`clearance ${name}`);
});

describe("policies row 50 mcp --selfcheck", () => {
  test("policies row 50 tello on ideal motion: profile, primitives sorted, gates in their order, stop, a harmless step; exit code 0", async () => {
    const { code, stdout } = await cli("mcp", "--selfcheck", "--profile", "tello", "--backend", "kinematic");
    const said: Record<string, string> = Object.fromEntries(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => [line.split(/ +/)[0], line.replace(/^\S+ +/, "")]),
    );
    expect(said).toMatchObject({ profile: "tello", backend: "kinematic", stop: "acknowledged" });
    const primitives = said["primitives"]?.split(", ") ?? [];
    expect(primitives).toEqual([...primitives].sort());
    expect(primitives).toEqual(expect.arrayContaining(["fly_to", "hover", "land", "takeoff", "wait"]));
    const gates = said["gates"]?.split(", ") ?? [];
    const named = ["rate_limit", "geofence", "force_cap", "action_smoothing", "hitl"];
    expect(gates.filter((gate) => named.includes(gate))).toEqual(named);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^\S+ +ok: /);
    expect(code).toBe(0);
  });
});
