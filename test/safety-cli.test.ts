import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask, liveRobots } from "../src/cli/live-robots.ts";
import { liveFolderOf, runCli } from "./run-cli.ts";

/** Minutes of simulated work, so that there is always something to stop; the clock is simulated, so a busy machine is no reason to stop. */
const longWork = `goal: Look around, again and again
steps:
  - repeat: 500
    steps:
      - move_to: { x: 0.4, y: 0.2, z: 0.4 }
      - move_to: { x: 0.55, y: -0.2, z: 0.4 }
`;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-safety-"));
  process.env["CLEARANCE_STATE_DIR"] = liveFolderOf(folder);
  writeFileSync(join(folder, "long.yaml"), longWork);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const cli = (...args: readonly string[]) => runCli(args, folder);
const reset = ["reset", "--latch", "arm.latch", "--yes"];

/** The robot of the run, once its goal has the lease: it moves from then on. */
async function moving(): Promise<ReturnType<typeof liveRobots>[number]> {
  for (;;) {
    for (const robot of liveRobots()) {
      const said = await ask(robot, { op: "status" });
      if (said?.["state"] === "running") return robot;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("clearance stop, status and reset", () => {
  test("a run is stopped from outside, latched, and moves again only after a reset", { timeout: 120_000 }, async () => {
    const running = cli("run", "--script", "long.yaml", "--latch", "arm.latch", "--trace", "run.jsonl");
    await moving();
    const status = await cli("status");
    expect(status).toMatchObject({ code: 0 });
    expect(status.stdout).toMatch(/arm \(mujoco, process \d+\) {2}running: Look around, again and again/);
    expect(status.stdout).toMatch(/live {2}commander policy, \d+ ms ago/);
    const stopped = await cli("stop", "--reason", "a hand in the way", "--json");
    expect(stopped.code).toBe(0);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      robots: [{ profile: "arm", ok: true, stop: { acknowledged: true, proved: true } }],
    });
    expect(await running).toMatchObject({ code: 1, stdout: expect.stringMatching(/move_to .* stopped/) as unknown });
    const lines = readFileSync(join(folder, "run.jsonl"), "utf8");
    expect(lines).toMatch(/"name":"stop".*a hand in the way/);
    expect((await cli("trace", "verify", "run.jsonl")).code).toBe(0);

    expect(await cli("status", "--latch", "arm.latch")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/latched by human/) as unknown,
    });
    const refused = await cli("run", "--latch", "arm.latch", "move to (0.4, 0.1, 0.4)");
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/clearance reset --latch arm\.latch --profile arm/) as unknown,
    });
    expect(refused.stdout).toMatch(/refused by safety: latched by human: .*a hand in the way; reset first/);

    expect(await cli(...reset, "--operator", "anna")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/a name and a reason/) as unknown,
    });
    expect(await cli(...reset, "--operator", "anna", "--reason", "clear")).toMatchObject({ code: 0 });
    expect(await cli("status", "--latch", "arm.latch")).toMatchObject({ code: 0, stdout: "not latched\n" });
    expect(await cli("run", "--latch", "arm.latch", "move to (0.4, 0.1, 0.4)")).toMatchObject({ code: 0 });
  });

  test("nothing at work: status says so, a stop that stopped nothing is a failure", { timeout: 30_000 }, async () => {
    expect(await cli("status")).toMatchObject({ code: 0, stdout: "no robot is at work\n" });
    expect(await cli("stop")).toMatchObject({ code: 1, stderr: "clearance: no robot is at work\n" });
    expect(await cli("reset", "--operator", "anna", "--reason", "clear", "--yes")).toMatchObject({ code: 1 });
    expect(await cli("status", "--json")).toMatchObject({ code: 0, stdout: '{"robots":[]}\n', stderr: "" });
  });

  test("a latch that no run kept, and a process that is no number: refused, and no file is made", { timeout: 60_000 }, async () => {
    const line = "clearance: --latch typo.latch: no run has kept its latch there; give the file of clearance run --latch\n";
    expect(await cli("status", "--latch", "typo.latch")).toMatchObject({ code: 2, stdout: "", stderr: line });
    expect(await cli("reset", "--latch", "typo.latch", "--operator", "anna", "--reason", "clear", "--yes")).toMatchObject({ code: 2 });
    expect(readdirSync(folder).filter((name) => name.startsWith("typo"))).toEqual([]);
    expect(await cli("stop", "--pid", "abc")).toMatchObject({ code: 2, stderr: "clearance: --pid takes a whole number, not 'abc'\n" });
  });

  test("options that leave out the robot at work: it is named, and not said to be away", { timeout: 60_000 }, async () => {
    const running = cli("run", "--script", "long.yaml");
    const { pid } = await moving();
    const line = (asked: string): string => `no robot at work fits ${asked}; at work: arm (process ${pid})\n`;
    expect(await cli("stop", "--profile", "gantry")).toMatchObject({ code: 1, stderr: `clearance: ${line("--profile gantry")}` });
    expect(await cli("status", "--pid", "1")).toMatchObject({ code: 0, stdout: line("--pid 1") });
    expect(await cli("stop", "--pid", String(pid))).toMatchObject({ code: 0 });
    await running;
  });

  test("a robot that died without a word is forgotten, and what is no request is answered", { timeout: 60_000 }, async () => {
    const running = cli("run", "--script", "long.yaml");
    const robot = await moving();
    const answers = await Promise.all(["nonsense\n", "[]\n", '{"op":"dance"}\n'].map((line) => said(robot.address, line)));
    for (const answer of answers) expect(JSON.parse(answer)).toMatchObject({ ok: false });
    process.kill(robot.pid, "SIGKILL");
    await running;
    expect(existsSync(join(liveFolderOf(folder), `${robot.pid}.json`))).toBe(true);
    expect(await ask(robot, { op: "status" })).toBeUndefined();
    expect(liveRobots()).toEqual([]);
  });

  test("every verdict of a run is recorded, and judged again bit for bit", { timeout: 60_000 }, async () => {
    await cli("run", "--verdicts", "verdicts.jsonl", "move to (0.4, 0.1, 0.4)");
    const replayed = await cli("kernel", "replay", "verdicts.jsonl", "--json");
    expect(replayed.code).toBe(0);
    const { agreed, disagreed } = JSON.parse(replayed.stdout);
    expect(agreed).toBeGreaterThanOrEqual(3);
    expect(disagreed).toEqual([]);
  });
});

function said(address: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(address, () => socket.write(line));
    let text = "";
    socket.on("data", (part: Buffer) => (text += part.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}
