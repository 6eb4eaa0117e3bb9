import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openScriptedEndpoint, type Scripted, type ScriptedEndpoint } from "../src/policy/llm/testing/scripted-endpoint.ts";
import { readTrace } from "../src/trace/read-trace.ts";
import { runCli } from "./run-cli.ts";

const key = "sk-cli-secret-0123456789";
const direct = ["PROFILE", "BACKEND", "GOAL", "MAX_STEPS", "TRACE_OUT"].flatMap((name) => [`CLEARANCE_${name}`, `GHOSTLOOP_${name}`]);
const variables = ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "OPENAI_TEMPERATURE", "ANTHROPIC_API_KEY", ...direct];

let folder = "";
let endpoint: ScriptedEndpoint | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-llm-"));
  for (const name of variables) vi.stubEnv(name, undefined);
});
afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const llm = (...args: readonly string[]) => runCli(["run", "--policy", "llm", "--backend", "kinematic", ...args], folder);
const pickAndPlace: readonly Scripted[] = [
  { calls: [{ name: "scan", args: { radius: 1 } }] },
  {
    calls: [
      { name: "pick", args: { object: "red_cube" } },
      { name: "move_to", args: { x: 9, y: 0, z: 0.5 } },
    ],
  },
  { calls: [{ name: "place", args: { x: "0.45", y: "-0.25" } }] },
  { calls: [{ name: "done", args: { reason: "the cube is there" } }] },
];

describe("policies row 28 clearance run --policy llm", () => {
  test.for(["openai", "anthropic"] as const)(
    "policies row 28 %s: to the goal, with tokens, and the key nowhere",
    { timeout: 60_000 },
    async (wire) => {
      endpoint = await openScriptedEndpoint(pickAndPlace);
      vi.stubEnv(wire === "openai" ? "OPENAI_API_KEY" : "ANTHROPIC_API_KEY", key);
      const run = await llm(
        "put the red cube down",
        "--model",
        `${wire}:scripted`,
        "--base-url",
        endpoint.baseUrl,
        "--trace",
        "t.jsonl",
        "--json",
      );
      expect([run.code, run.stderr]).toEqual([0, ""]);
      const report = JSON.parse(run.stdout);
      expect(report).toMatchObject({
        ok: true,
        message: "the cube is there",
        policy: { model: "scripted", endpoint: endpoint.baseUrl, requests: 4, retries: 0, inputTokens: 400, outputTokens: 40 },
        final: { holding: null },
      });
      expect(report.steps.map((step: { status: string }) => step.status)).toEqual(["ok", "ok", "blocked", "ok"]);
      const text = readFileSync(join(folder, "t.jsonl"), "utf8");
      const read = readTrace(text);
      expect(read).toMatchObject({ ok: true, trace: { complete: true, chained: true } });
      expect(text).toContain(`"config_sha256":"${report.policy.config_sha256}"`);
      expect(text).toContain("policy-usage");
      expect(text + run.stdout).not.toContain(key);
      expect(JSON.stringify(endpoint.requests[0]!.headers)).toContain(key);
      expect(endpoint.requests[0]!.text).toContain("A robot arm at a table.");
    },
  );

  test(
    "policies row 28 the closing table names model and tokens; the environment names model and address",
    { timeout: 60_000 },
    async () => {
      endpoint = await openScriptedEndpoint([{ status: 503 }, { calls: [{ name: "done", args: { reason: "nothing to do" } }] }]);
      vi.stubEnv("OPENAI_BASE_URL", endpoint.baseUrl);
      vi.stubEnv("OPENAI_MODEL", "local-model");
      vi.stubEnv("OPENAI_TEMPERATURE", "0.7");
      const { code, stdout } = await llm("rest");
      expect(stdout).toContain("model    local-model: 2 requests (1 retries), 100 tokens in, 10 out");
      expect(code).toBe(0);
      expect(endpoint.requests[0]!.body).toMatchObject({ model: "local-model", temperature: 0.7, max_tokens: 512 });
      expect(endpoint.requests[0]!.headers.authorization).toBeUndefined();
    },
  );

  test.for([
    [["go", "--model", "openai:gpt"], /^clearance: the model openai:gpt needs an API key: set OPENAI_API_KEY, or give --base-url .*\n$/],
    [["go", "--model", "anthropic:claude"], /^clearance: the model anthropic:claude needs an API key: set ANTHROPIC_API_KEY.*\n$/],
    [["go", "--model", "openai:"], /^clearance: --model openai:: the name of the model is missing\n$/],
    [["go", "--model", "m", "--base-url", "nonsense"], /^clearance: 'nonsense' is not an http or https address\n$/],
    [["go", "--model", "a", "--model", "b"], /^clearance: --model stands twice.*\n$/],
    [[], /^clearance: say what to do/],
  ] as const)("policies row 28 %j cannot be run: one line, exit code 2", async ([args, line]) => {
    const { code, stderr, stdout } = await llm(...args);
    expect(stderr).toMatch(line);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("policies row 28 a language model without --policy llm is refused", async () => {
    const { code, stderr } = await runCli(["run", "go home", "--model", "openai:gpt"], folder);
    expect([code, stderr]).toEqual([2, "clearance: --model openai:gpt is for --policy llm\n"]);
  });

  test("policies row 28 nobody there, and a key that is not accepted: one clear line, exit code 1", { timeout: 60_000 }, async () => {
    const unreachable = await llm("go", "--model", "m", "--base-url", "http://127.0.0.1:9/v1");
    expect(unreachable.code).toBe(1);
    expect(unreachable.stdout).toMatch(
      /not reached: policy llm: LlmPolicyError: cannot reach http:\/\/127\.0\.0\.1:9\/v1: .*; is the model's server running there\?/,
    );
    endpoint = await openScriptedEndpoint([{ status: 401, message: `wrong key ${key}` }]);
    vi.stubEnv("OPENAI_API_KEY", key);
    const refused = await llm("go", "--model", "m", "--base-url", endpoint.baseUrl);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/not reached: .* does not accept the API key \(HTTP 401\)/);
    expect(refused.stdout + refused.stderr).not.toContain(key);
  });
});

describe("policies row 51 clearance llm", () => {
  const looking: readonly Scripted[] = [{ calls: [{ name: "get_status" }] }];

  test("goal, steps, trace, profile, backend and model from the environment, in both spellings", { timeout: 60_000 }, async () => {
    endpoint = await openScriptedEndpoint(looking);
    vi.stubEnv("OPENAI_BASE_URL", endpoint.baseUrl);
    vi.stubEnv("OPENAI_MODEL", "local-model");
    vi.stubEnv("CLEARANCE_GOAL", "look around");
    vi.stubEnv("GHOSTLOOP_GOAL", "not this");
    vi.stubEnv("GHOSTLOOP_MAX_STEPS", "3");
    vi.stubEnv("GHOSTLOOP_TRACE_OUT", "alias.jsonl");
    vi.stubEnv("CLEARANCE_PROFILE", "gantry");
    vi.stubEnv("CLEARANCE_BACKEND", "kinematic");
    const { code, stdout, stderr } = await runCli(["llm", "--json"], folder);
    expect([code, stderr]).toEqual([1, ""]);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ goal: "look around", profile: "gantry", backend: "kinematic", trace: { path: "alias.jsonl" } });
    expect(report.steps).toHaveLength(3);
    expect(endpoint.requests[0]!.body.model).toBe("local-model");
  });

  test.for([
    ["--goal", "go home"],
    ["--goal=go home", ""],
    ["go", "home"],
  ])("%s %s: the command line wins, and 16 intents are the limit", { timeout: 60_000 }, async (words) => {
    endpoint = await openScriptedEndpoint([...looking, ...looking, { calls: [{ name: "done", args: { reason: "seen" } }] }]);
    vi.stubEnv("CLEARANCE_GOAL", "not this");
    const args = ["--base-url", endpoint.baseUrl, "--model", "m", "--backend", "kinematic", "--json"];
    const { code, stdout } = await runCli(["llm", ...args, ...words.filter((word) => word !== "")], folder);
    expect([code, JSON.parse(stdout).goal]).toEqual([0, "go home"]);
  });

  test.for([
    [["llm"], /^clearance: say what to do: clearance llm --goal TEXT, or CLEARANCE_GOAL\n$/],
    [["llm", "--goal", "a", "b"], /^clearance: the goal stands twice: --goal, and 'b'\n$/],
    [["llm", "--policy", "vla", "--goal", "a"], /^clearance: clearance llm runs --policy llm; leave out --policy\n$/],
  ] as const)("%j cannot be run: one line, exit code 2", async ([args, line]) => {
    const { code, stdout, stderr } = await runCli(args, folder);
    expect(stderr).toMatch(line);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("--help says which variable is which", async () => {
    expect((await runCli(["llm", "--help"], folder)).stdout).toContain("CLEARANCE_MAX_STEPS");
  });
});
