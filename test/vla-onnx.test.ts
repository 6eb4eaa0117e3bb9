import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { kinematicRobot } from "../src/policy/llm/testing/robots.ts";
import { deltaXyzDecoder, nearestObject, openpiClient, vlaPolicy } from "../src/policy/vla/index.ts";
import { runPolicy } from "../src/runtime/run-policy.ts";
import { runCli } from "./run-cli.ts";

const example = (name: string): string => fileURLToPath(new URL(`../examples/vla-server/${name}`, import.meta.url));
const network = example("expert.onnx");
const tools = process.env["CLEARANCE_TOOLS"] ?? "";
const folder = mkdtempSync(join(tmpdir(), "clearance-onnx-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the network in the repository is what the training makes, byte for byte", { timeout: 300_000 }, () => {
  const out = join(folder, "again.onnx");
  const { status, stderr } = spawnSync(process.execPath, [example("train.mjs"), out], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const trained = readFileSync(network);
  expect(readFileSync(out).equals(trained)).toBe(true);
  expect(trained.length).toBeLessThan(100_000);
});

const python = process.env["CLEARANCE_PYTHON"] ?? "python3";
const pythonReady = spawnSync(python, ["-c", "import onnx"]).status === 0;
test.runIf(pythonReady || process.env["CI"] === "true")("Python's onnx finds nothing wrong with the network", { timeout: 60_000 }, () => {
  const code = "import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)";
  const { status, stderr } = spawnSync(python, ["-c", code, network], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
});

test("without onnxruntime-node one line says what to install", { timeout: 60_000 }, () => {
  const env = { ...process.env, CLEARANCE_TOOLS: folder };
  const { status, stderr } = spawnSync(process.execPath, [example("server.mjs"), "0", "--model", network], { encoding: "utf8", env });
  expect([status, stderr]).toEqual([
    2,
    "--model needs onnxruntime-node, which is not there: npm install --ignore-scripts onnxruntime-node@1.30.0\n",
  ]);
});

test.runIf(tools === "" && process.env["CI"] === "true")("the network needs CLEARANCE_TOOLS, the absolute path of .ci/tools", () => {
  expect(tools).not.toBe("");
});

describe.skipIf(tools === "")("a network behind the policy server (needs CLEARANCE_TOOLS)", () => {
  test("policies row 30 clearance run: it brings the arm to the cube, which is then held", { timeout: 120_000 }, async () => {
    using server = await serve(network);
    const args = ["run", "--policy", "vla", "--backend", "kinematic", "--url", server.url, "--trace", "run.jsonl", "--json"];
    const { code, stdout, stderr } = await runCli([...args, "pick up the red cube"], folder);
    expect(`${code} ${stderr}`).toBe("0 ");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, final: { holding: "red_cube" }, policy: { terminated: "done", malformed: 0 } });
  });

  test("policies row 30 it picks up each cube, wherever the seed puts it", { timeout: 240_000 }, async () => {
    using server = await serve(network);
    for (let seed = 0; seed < 5; seed++)
      for (const cube of ["red_cube", "green_cube", "blue_cube"]) {
        const { reached, holding } = await pursue(server.url, `pick up the ${cube}`, seed);
        expect([seed, cube, reached, holding]).toEqual([seed, cube, true, cube]);
      }
  });

  test.for([
    ["weights that are not numbers", nanWeights, "malformed"],
    ["two numbers an action", narrow, "malformed"],
    ["another number of inputs", wide, "no_action"],
  ] as const)("policies row 30 a network with %s is refused, and nothing moves", { timeout: 120_000 }, async ([, spoil, terminated]) => {
    const path = join(folder, `${spoil.name}.onnx`);
    writeFileSync(path, await spoil());
    using server = await serve(path);
    const { reached, stats, steps, before, after } = await pursue(server.url, "pick up the red cube", 0);
    expect([reached, stats.terminated, steps]).toEqual([false, terminated, 0]);
    expect(after).toEqual(before);
  });
});

async function serve(model: string) {
  const child = spawn(process.execPath, [example("server.mjs"), "0", "--model", model], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve) => child.stdout.once("data", (text: Buffer) => resolve(text.toString())));
  return { url: /ws:\/\/\S+/.exec(line)?.[0] ?? "", [Symbol.dispose]: () => void child.kill() };
}

async function pursue(url: string, goal: string, seed: number) {
  const robot = await kinematicRobot("arm", { seed });
  const model = openpiClient({ url });
  const decoder = deltaXyzDecoder({ graspTarget: nearestObject() });
  const policy = vlaPolicy({ model, decoder, nowMs: () => 0, modelTimeoutMs: 30_000 });
  const before = (await robot.runtime.observe()).qRad;
  const { reached } = await runPolicy(robot.runtime, policy, goal, { maxSteps: 60 });
  model.close();
  const { qRad: after, gripper } = await robot.runtime.observe();
  return { reached, holding: gripper?.holding, stats: policy.stats(), steps: robot.steps().length, before, after };
}

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: readonly number[];
  readonly biases: readonly number[];
}

async function encoded(inputs: number, outputs: number, weight: number): Promise<Uint8Array> {
  const { encodeMlp }: { encodeMlp(layers: readonly Layer[]): Uint8Array } = await import(example("onnx-file.mjs"));
  const weights = Array.from({ length: inputs * outputs }, () => weight);
  return encodeMlp([{ inputs, outputs, weights, biases: Array.from({ length: outputs }, () => 0) }]);
}

function nanWeights(): Promise<Uint8Array> {
  return encoded(4, 8, Number.NaN);
}

/** Two, and the one that says whether it is done. */
function narrow(): Promise<Uint8Array> {
  return encoded(4, 3, 0.001);
}

function wide(): Promise<Uint8Array> {
  return encoded(9, 8, 0.001);
}
