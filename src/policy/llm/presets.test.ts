import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadProfile, profileNames } from "../../profile/files.ts";
import { vocabularyOf } from "../../profile/vocabulary.ts";
import { runPolicy } from "../../runtime/run-policy.ts";
import { parseScript } from "../script/parse-script.ts";
import { scriptPolicy } from "../script/script-policy.ts";
import { endpointModel } from "./endpoint-model.ts";
import { llmPolicy } from "./llm-policy.ts";
import { openScriptedEndpoint, resultIdsIn } from "./testing/scripted-endpoint.ts";
import { watchedRobot, type WatchedRobot } from "./testing/watched-robot.ts";

/** A motion for whoever has the primitive; the first that a robot has is its. */
const motions = [
  ["move_to", (tip: readonly number[]) => ({ x: tip[0]! + 0.03, y: tip[1]! + 0.05, z: tip[2]! })],
  ["goto", () => ({ x: 0.8, y: 0.3, theta: 0.5 })],
  ["walk_to", () => ({ x: 0.8, y: 0.3 })],
  ["takeoff", () => ({ altitude: 1 })],
  ["rotate", () => ({ dtheta: 0.5 })],
  ["wave", () => ({})],
  ["set_joint", () => ({ joint_name: "panda_joint1", angle: 0.2 })],
] as const;

async function motionOf({ robot: { runtime, registry } }: WatchedRobot) {
  const found = motions.find(([name]) => registry.has(name));
  if (found === undefined) throw new Error(`no motion is known for ${registry.names().join(", ")}`);
  const { worldFromTip } = await runtime.observe();
  return { name: found[0], args: found[1](worldFromTip.position) };
}

describe.for(profileNames())("policies row 28 and row 51: preset %s", (profile) => {
  test.for(["openai", "anthropic"] as const)("a scripted %s model moves it, is told of it, and of a refusal", async (wire) => {
    const watched = await watchedRobot(profile);
    const { robot, oracle } = watched;
    const motion = await motionOf(watched);
    const script = [
      { calls: [{ id: "call_a", ...motion }] },
      { calls: [{ id: "call_b", name: "teleport", args: {} }] },
      { calls: [{ name: "done", args: { reason: "moved" } }] },
    ];
    const endpoint = await openScriptedEndpoint(script);
    try {
      const model = endpointModel({ wire, model: "scripted", baseUrl: endpoint.baseUrl, apiKey: "sk-scripted" });
      const { instructions } = loadProfile(profile).profile;
      const before = (await robot.runtime.observe()).qRad;
      const report = await runPolicy(robot.runtime, llmPolicy({ model, registry: robot.registry, instructions }), "move a little");
      expect(report).toMatchObject({ reached: true, endedBy: "done", message: "moved" });
      expect(robot.steps().map(({ intent, result }) => [intent.name, result.status])).toEqual([
        [motion.name, "ok"],
        ["teleport", "blocked"],
      ]);
      expect((await robot.runtime.observe()).qRad).not.toEqual(before);
      expect(resultIdsIn(endpoint.requests[2]!)).toEqual(["call_a", "call_b"]);
      expect(endpoint.requests[0]!.text).toContain(JSON.stringify(instructions).slice(1, 40));
      expect([...oracle.findings.values()]).toEqual([]);
    } finally {
      await endpoint.close();
    }
  });

  test("a YAML script moves it", async () => {
    const watched = await watchedRobot(profile);
    const { robot, oracle } = watched;
    const { name, args } = await motionOf(watched);
    const vocabulary = vocabularyOf(loadProfile(profile));
    const script = parseScript(`goal: move a little\nsteps:\n  - ${name}: ${JSON.stringify(args)}\n`, { where: "t.yaml", vocabulary });
    const report = await runPolicy(robot.runtime, scriptPolicy(script, { vocabulary }), "move a little");
    expect(report).toMatchObject({ reached: true, steps: [{ intent: { name }, result: { status: "ok" } }] });
    expect([...oracle.findings.values()]).toEqual([]);
  });
});

const examples = fileURLToPath(new URL("../../../examples/", import.meta.url));
/** Which preset an example says it is for; `arm` where it names none. */
const scripts = readdirSync(examples)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => ({ file, text: readFileSync(join(examples, file), "utf8") }))
  .filter(({ text }) => /^steps:/m.test(text))
  .map(({ file, text }) => ({ file, text, profile: /--profile (\S+)/.exec(text)?.[1] ?? "arm" }))
  .filter(({ profile }) => profileNames().includes(profile));

test.for(scripts.map(({ file }) => file))("policies row 51: examples/%s runs to its end", { timeout: 60_000 }, async (file) => {
  const { text, profile } = scripts.find((each) => each.file === file)!;
  const { robot, oracle } = await watchedRobot(profile);
  const vocabulary = vocabularyOf(loadProfile(profile));
  const report = await runPolicy(robot.runtime, scriptPolicy(parseScript(text, { where: file, vocabulary }), { vocabulary }), file);
  expect([report.endedBy, report.reached, report.message]).toEqual(["done", true, expect.any(String)]);
  expect([...oracle.findings.values()]).toEqual([]);
});
