import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packNumpy } from "../src/policy/vla/msgpack-numpy.ts";
import { NdArray } from "../src/policy/vla/nd-array.ts";
import { hostileServer } from "../src/policy/vla/testing/hostile-server.ts";
import { readTrace } from "../src/trace/read-trace.ts";
import { runCli } from "./run-cli.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-vla-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const run = (url: string, ...args: readonly string[]) =>
  runCli(["run", "--backend", "kinematic", "--policy", "vla", "--url", url, "--trace", "run.jsonl", ...args], folder);
const traceOf = () => {
  const read = readTrace(readFileSync(join(folder, "run.jsonl"), "utf8"));
  if (!read.ok) throw new Error("the trace is broken");
  return read.trace;
};

/** `examples/vla-server`, on a free port. */
async function referenceServer() {
  const script = fileURLToPath(new URL("../examples/vla-server/server.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve) => child.stdout.once("data", (text: Buffer) => resolve(text.toString())));
  const at = /ws:\/\/(\S+)/.exec(line)?.[1] ?? "";
  return {
    ws: `ws://${at}`,
    http: `http://${at}/act`,
    [Symbol.dispose]: () => void child.kill(),
  };
}

describe("the reference server", () => {
  test("a port that is taken, and one that is none: one line", { timeout: 60_000 }, async () => {
    using server = await referenceServer();
    const taken = new URL(server.http).port;
    const script = fileURLToPath(new URL("../examples/vla-server/server.mjs", import.meta.url));
    const started = [taken, "abc"].map((port) => spawnSync(process.execPath, [script, port], { encoding: "utf8" }));
    expect(started.map(({ status, stderr }) => [status, stderr])).toEqual([
      [2, `port ${taken} is taken; give another\n`],
      [2, "'abc' is no port; give a number up to 65535\n"],
    ]);
  });

  test.for(["ws", "http"] as const)(
    "policies row 30 over %s it brings the arm to the cube, which is then held",
    { timeout: 60_000 },
    async (wire) => {
      using server = await referenceServer();
      const { code, stdout, stderr } = await run(server[wire], "pick up the red cube", "--json");
      expect(`${code} ${stderr}`).toBe("0 ");
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({
        ok: true,
        final: { holding: "red_cube" },
        policy: { terminated: "done", malformed: 0, dropped: { late: 0, repeated: 0, older: 0 } },
      });
      expect(report.policy.latencyMs.p50).toBeGreaterThan(0);
      expect(report.steps.map((step: { status: string }) => step.status).every((status: string) => status === "ok")).toBe(true);
      expect(traceOf().steps[0]?.intent).toMatchObject({ basedOn: expect.stringMatching(/^obs-/), validForMs: 2500 });
    },
  );

  test(
    "policies row 30 paced by the wall clock, intents are judged by the age of what they are based on, and pass",
    { timeout: 60_000 },
    async () => {
      using server = await referenceServer();
      const { code, stdout } = await run(server.ws, "pick up the red cube", "--realtime");
      expect(stdout).toMatch(/model +\d+ requests, p50 [\d.]+ ms, p99 [\d.]+ ms; dropped: 0 late, 0 repeated, 0 older/);
      expect(code).toBe(0);
    },
  );

  test("a prompt that it does not know: no action, nothing moves, exit 1", { timeout: 60_000 }, async () => {
    using server = await referenceServer();
    const { code, stdout } = await run(server.ws, "dance", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, steps: [], policy: { terminated: "no_action" } });
  });
});

describe("hostile servers: nothing moves that should not", () => {
  const left = NdArray.float32([0, 0.05, 0, 0, 0, 0, 0]);

  test(
    "policies row 30 a connection lost in the middle of a run: one step, one record of it, the robot stopped",
    { timeout: 60_000 },
    async () => {
      await using server = await hostileServer((socket, request, i) => {
        if (i === 0) socket.send(packNumpy({ actions: left, observation_id: request["observation_id"] ?? null }));
        else socket.terminate();
      });
      const { code, stdout } = await run(server.url, "go left", "--json");
      expect(code).toBe(1);
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ ok: false, policy: { terminated: "no_action", failures: { lost: 4 } } });
      expect(report.message).toMatch(/the connection to ws:\S+ was lost/);
      expect(report.steps).toHaveLength(1);
      expect(traceOf()).toMatchObject({ complete: true, steps: { length: 1 } });
      expect(report.final.tipInWorld[1]).toBeCloseTo(0.05, 2);
    },
  );

  test.for([
    ["NaN", { actions: NdArray.float32([Number.NaN, 0, 0, 0, 0, 0, 0]) }, "malformed"],
    ["infinity", { actions: NdArray.float64([0, Infinity, 0, 0, 0, 0, 0]) }, "malformed"],
    ["two numbers", { actions: NdArray.float32([0.1, 0.1]) }, "malformed"],
    ["whole numbers", { actions: NdArray.image(new Uint8Array(7), 1, 7, 1) }, "malformed"],
    ["yesterday's chunk", { actions: left, observation_id: "obs-yesterday" }, "no_action"],
  ] as const)("policies row 30 %s", { timeout: 60_000 }, async ([, answer, terminated]) => {
    await using server = await hostileServer((socket) => socket.send(packNumpy(answer)));
    const { code, stdout } = await run(server.url, "go left", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, steps: [], policy: { terminated } });
    expect(traceOf()).toMatchObject({ complete: true, steps: [] });
  });

  test(
    "policies row 30 an action far out of reach is refused by the gates, three times, and that is the end",
    { timeout: 60_000 },
    async () => {
      await using server = await hostileServer((socket) => socket.send(packNumpy({ actions: NdArray.float32([90, 0, 0]) })));
      const { code, stdout } = await run(server.url, "go away", "--json");
      expect(code).toBe(1);
      const report = JSON.parse(stdout);
      expect(report.steps.map((step: { status: string }) => step.status)).toEqual(["blocked", "blocked", "blocked"]);
      expect(report.policy.terminated).toBe("refused");
    },
  );
});

describe("bad input is one line and exit code 2", () => {
  test.for([
    [["run", "--policy", "vla", "go"], /needs --url/],
    [["run", "--policy", "vla", "--url", "ws://127.0.0.1:9"], /say what to do, for example/],
    [["run", "--policy", "vla", "--url", "127.0.0.1:8000", "go"], /is no address of a policy server; write ws:/],
    [["run", "--policy", "vla", "--url", "ws://127.0.0.1:9", "--decoder", "delta", "go"], /--decoder 'delta' is not known/],
    [["run", "--policy", "vla", "--url", "ws://127.0.0.1:9", "--statistics", "no.json", "go"], /no\.json: there is no such file/],
    [["run", "--policy", "vla", "--url", "ws://127.0.0.1:9", "--statistics", "bad.json", "go"], /bad\.json: it is not JSON/],
    [["run", "--policy", "vla", "--url", "ws://127.0.0.1:9", "go"], /ws:\/\/127\.0\.0\.1:9 cannot be reached/],
    [["run", "--url", "ws://127.0.0.1:9", "go"], /--url is for --policy vla/],
    [["run", "--policy", "vla", "--script", "x.yaml", "go"], /leave out --script/],
    [["run", "--policy", "vla", "--url", "ws://127.0.0.1:9", "--camera", "scene", "go"], /--camera 'scene' is not KEY=CAMERA/],
    [["run", "--policy", "vla", "--url", "ws://127.0.0.1:9", "--image-size", "224", "go"], /--image-size is for --camera/],
    [["run", "--policy", "vla", "--url", "ws://127.0.0.1:9", "--api-key-env", "NO_SUCH", "go"], /NO_SUCH: that variable is not set/],
    [["run", "--camera", "scene", "go"], /--camera is for --policy llm or vla/],
    [["run", "--policy", "vla", "--url", "ws://127.0.0.1:9", "--images", "go"], /--images is for --policy llm/],
  ] as const)("%j", async ([args, pattern]) => {
    writeFileSync(join(folder, "bad.json"), "{");
    const { code, stdout, stderr } = await runCli(args, folder);
    expect(stderr).toMatch(pattern);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("a camera that the robot has not: refused before anything moves", async () => {
    await using server = await hostileServer(() => undefined);
    const { code, stdout, stderr } = await run(server.url, "--camera", "observation/image=roof", "go");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^clearance: --camera: no camera 'roof'; (the robot on backend \w+ has none|there are .*)\n$/);
    expect(server.heard).toEqual([]);
  });

  test("a web server that is no policy server", async () => {
    using server = await referenceServer();
    const { code, stderr } = await runCli(["run", "--policy", "vla", "--url", server.http.replace("/act", "/"), "go"], folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining("does not speak OpenVLA's REST: it answers 404")]);
    await using hostile = await hostileServer(
      () => undefined,
      (socket) => socket.send("hello"),
    );
    const other = await runCli(["run", "--policy", "vla", "--url", hostile.url, "go"], folder);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining("does not speak the openpi protocol: its first message is text"),
    ]);
  });
});
