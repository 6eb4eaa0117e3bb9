import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { runCli } from "./run-cli.ts";

// Each test starts several processes.
vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-calibrate-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const cli = (...args: readonly string[]) => runCli(["calibrate", ...args], folder);

describe("clearance calibrate", () => {
  test("runtime row 92 prints report and proposal, which no run accepts unreviewed, and leaves a whole trace", async () => {
    const { code, stdout } = await cli("--profile", "gantry", "--repeats", "2", "--out", "proposal.yaml");
    expect(stdout).toMatch(/^gantry on kinematic: 14 of 14 steps executed\ntip +\(0, 0, 0\.5\) to \(0\.3, 0\.3, 1\) m\n/);
    expect(stdout).toMatch(/fit +scale 1, .* 10 points\n/);
    expect(stdout).toMatch(/warning +14 latency samples, fewer than 100: p99 is the maximum\n/);
    expect(stdout).toMatch(
      /proposed limits, for a person to review\n +workspace_bounds +\[\[-0\.05, -0\.05, 0\.45\], \[0\.35, 0\.35, 1\.05\]\]\n/,
    );
    expect(code).toBe(0);
    const text = readFileSync(join(folder, "proposal.yaml"), "utf8");
    expect(Object.keys(parse(text))).toEqual(["needs_review", "name", "workspace_bounds", "max_velocity", "max_acceleration"]);
    expect(parse(text)).toMatchObject({ needs_review: true, name: "gantry", max_velocity: expect.closeTo(0.4, 6) });
    expect((await runCli(["run", "--profile", "proposal.yaml", "go home"], folder)).stderr).toMatch(/unknown key 'needs_review'/);
    expect((await runCli(["trace", "verify", "runs/calibration-1.jsonl"], folder)).code).toBe(0);
    expect((await cli("--out", "proposal.yaml")).stderr).toMatch(/proposal\.yaml exists and is not overwritten/);
  });

  test("runtime row 92 never looser than the profile; a sweep of one's own; JSON", async () => {
    const moves = ["{x: 0.3, y: 0, z: 0.5}", "{x: 0.3, y: 0.3, z: 0.5}", "{x: 9, y: 0, z: 1}"].map((args) => `  - move_to: ${args}\n`);
    writeFileSync(join(folder, "sweep.yaml"), `steps:\n${moves.join("")}`);
    const { code, stdout } = await cli("--profile", "arm", "--backend", "kinematic", "--sweep", "sweep.yaml", "--json");
    const { report, fit, proposal } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(report).toMatchObject({ nSteps: 3, nExecuted: 2, countsByPrimitive: { move_to: 2 } });
    expect(report.warnings[0]).toMatch(/^1 of 3 steps were refused and do not count; the first: move_to: /);
    expect(fit).toBeNull();
    expect(proposal).toMatchObject({ needsReview: true });
    expect(proposal.max_velocity).toBeLessThanOrEqual(report.maxSpeedMps * 1.2);
  });

  test("runtime row 92 a robot that cannot do any of it: exit code 1, and nothing is proposed", async () => {
    const { code, stdout } = await cli("--profile", "tello", "--backend", "kinematic");
    expect(code).toBe(1);
    expect(stdout).toMatch(/0 of 7 steps executed/);
    expect(stdout).toMatch(/7 of 7 steps were refused and do not count; the first: scan: unknown primitive: 'scan'/);
    expect(stdout).not.toMatch(/^ {2}max_velocity +[\d.]+$/m);
  });

  test.for([
    [["--repeats", "0"], "--repeats takes 1 or more"],
    [["--repeats", "x"], "--repeats takes a whole number, not 'x'"],
    [["now"], "clearance calibrate takes no 'now'"],
    [["--sweep", "none.yaml"], "there is no such file"],
  ] as const)("%j is one line and exit code 2", async ([args, message]) => {
    const { code, stdout, stderr } = await cli(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});
