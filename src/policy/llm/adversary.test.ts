import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { profileNames } from "../../profile/files.ts";
import { runPolicy } from "../../runtime/run-policy.ts";
import { endpointModel } from "./endpoint-model.ts";
import { llmPolicy } from "./llm-policy.ts";
import { grammarOfTools } from "./testing/grammar-of-tools.ts";
import { randomGguf } from "./testing/random-gguf.ts";
import { adversaryTools, watchedRobot, withoutPictures, type WatchedRobot } from "./testing/watched-robot.ts";

const tools = process.env["CLEARANCE_TOOLS"];
const absent = tools === undefined || tools === "";
const intents = 1000;

test.runIf(absent && process.env["CI"] === "true")("the adversary needs CLEARANCE_TOOLS, the absolute path of .ci/tools", () => {
  expect(tools).toBeTruthy();
});

describe.skipIf(absent)(
  "policies row 28 adversary: a real language model of random weights, held to our tools by a grammar (needs CLEARANCE_TOOLS)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "clearance-adversary-"));
    const robots = new Map<string, WatchedRobot>();
    let server: ChildProcess | undefined;
    let baseUrl = "";

    beforeAll(async () => {
      const literals: string[] = [];
      for (const profile of profileNames()) {
        const watched = await watchedRobot(profile);
        robots.set(profile, watched);
        literals.push(...grammarOfTools(adversaryTools(watched.robot.registry), watched.words).literals);
      }
      writeFileSync(join(folder, "random.gguf"), randomGguf("adversary", literals));
      writeFileSync(join(folder, "words.json"), JSON.stringify(Object.fromEntries([...robots].map(([name, { words }]) => [name, words]))));
      const program = fileURLToPath(new URL("testing/llama-server.ts", import.meta.url));
      const args = [program, join(folder, "random.gguf"), join(folder, "words.json"), `${robots.size}`];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      server = child;
      const port = await new Promise<string>((resolve, reject) => {
        child.stdout.once("data", (text: Buffer) => resolve(text.toString().trim()));
        child.once("exit", (code) => reject(new Error(`the model's server ended with ${code}`)));
      });
      baseUrl = `http://127.0.0.1:${port}/v1`;
    }, 120_000);

    afterAll(() => {
      server?.kill();
      rmSync(folder, { recursive: true });
    });

    test.concurrent.for(profileNames())(
      `%s: ${intents} of its intents, and nothing ever is outside the envelope`,
      { timeout: 600_000 },
      async (profile, { expect: check }) => {
        const { robot, oracle } = robots.get(profile)!;
        const model = endpointModel({ wire: "openai", model: profile, baseUrl });
        // What it is told hardly matters to it, and every request carries it.
        const policy = llmPolicy({ model, registry: withoutPictures(robot.registry), contextBudgetTokens: 800, maxRetries: 0 });
        // It ends by itself where it insists; then it is asked again.
        for (let goal = 1; robot.steps().length < intents; goal++) {
          const { endedBy } = await runPolicy(robot.runtime, policy, `adversary ${goal}`, { maxSteps: intents - robot.steps().length });
          check(["done", "max-steps"]).toContain(endedBy);
        }
        check([...oracle.findings.values()]).toEqual([]);
        const steps = robot.steps();
        const schemas = new Map(adversaryTools(robot.registry).map(({ name, schema }) => [name, z.fromJSONSchema(schema)]));
        check(steps.filter(({ intent: { name, args } }) => schemas.get(name)?.safeParse(args).success !== true)).toEqual([]);
        const count = (status: string): number => steps.filter(({ result }) => result.status === status).length;
        check(count("ok")).toBeGreaterThan(intents / 20);
        check(count("blocked")).toBeGreaterThan(intents / 20);
        check(oracle.turnedRad()).toBeGreaterThan(3);
      },
    );
  },
);
