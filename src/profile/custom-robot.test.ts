import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import { parseScript } from "../policy/script/parse-script.ts";
import { scriptPolicy } from "../policy/script/script-policy.ts";
import type { ApprovalChannel } from "../runtime/approvals.ts";
import { runPolicy } from "../runtime/run-policy.ts";
import { MemoryTrace } from "../trace/memory-trace.ts";
import type { StepRecord } from "../trace/records.ts";
import { buildRuntimeFromProfile } from "./apply-profile.ts";
import { buildRobot } from "./build-robot.ts";
import { loadProfile } from "./files.ts";
import { vocabularyOf } from "./vocabulary.ts";

const folder = fileURLToPath(new URL("../../examples/custom-robot/", import.meta.url));

async function medbot(approvals: ApprovalChannel) {
  const loaded = loadProfile(`${folder}medbot.yaml`);
  const trace = new MemoryTrace();
  const setup = { backend: "kinematic", seed: 0, clock: new SimulatedClock(), trace, version: "test", lossWindow: "" } as const;
  const robot = await buildRobot(loaded, { ...setup, approvals });
  robot.open({ goal: "test", policy: "test" });
  const steps = () => trace.records.filter((record): record is StepRecord => record.kind === "step");
  return { ...robot, loaded, steps };
}

const answering = (approved: boolean): ApprovalChannel => ({ name: "test", ask: () => Promise.resolve({ approved, operatorId: "nurse" }) });
const delivery = { x: 1, y: 0.8, theta: 0, count: 2, drug: "aspirin", message: "here", room: "3" };

describe("runtime row 45: medbot_floor3, the sample robot, in the reference's form", () => {
  test("its own primitives and its composite are listed beside the library's, and gated", async () => {
    const { registry, chain, loaded } = await medbot(answering(true));
    const ofCategories = ["drive", "emit_event", "goto", "read_battery", "rotate", "scan_360", "sense", "set_gripper", "set_joint"];
    const brought = ["alert_nurse", "deliver_room", "dispense_pill"];
    expect(registry.names()).toEqual([...ofCategories, "stop", "take_photo", "wait", ...brought].sort());
    expect(chain.gates.map(({ id }) => id)).toEqual(expect.arrayContaining(["deny_list", "cooldown", "geofence", "cooldown#2", "hitl"]));
    expect([loaded.profile.backend, loaded.world.workspace.maxM]).toEqual(["kinematic", [15, 15, 1.6]]);
  });

  test("runtime row 35 an approver who denies dispense_pill: what came before is done, alert_nurse is not reached", async () => {
    const { runtime, backend, loaded, steps } = await medbot(answering(false));
    const { result } = await runtime.step({ name: "deliver_room", args: delivery });
    const order = loaded.profile.composites[0]!.steps;
    expect(result).toMatchObject({
      status: "blocked",
      observation: { failed_at: "dispense_pill", step_index: order.indexOf("dispense_pill"), n_steps: order.length },
    });
    expect((await backend.observe()).qRad[0]).toBeCloseTo(1, 2);
    expect(steps().map(({ intent, result: { status } }) => `${intent.name} ${status}`)).toEqual([
      ...order.slice(0, order.indexOf("dispense_pill")).map((name) => `${name} ok`),
      "dispense_pill blocked",
      "deliver_room blocked",
    ]);
    expect(steps().find(({ intent }) => intent.name === "dispense_pill")?.approval).toMatchObject({ operator: "nurse", approved: false });
  });

  test("an approver who allows it: everything is done and recorded, then the cooldown of 5 s holds", async () => {
    const { runtime, steps } = await medbot(answering(true));
    const { result } = await runtime.step({ name: "deliver_room", args: delivery });
    expect(result.status).toBe("ok");
    expect(steps().find(({ intent }) => intent.name === "dispense_pill")?.result).toMatchObject({
      observation: { drug: "aspirin", dispensed: 2 },
      message: "2 of aspirin dispensed",
    });
    const again = await runtime.step({ name: "dispense_pill", args: { count: 1, drug: "aspirin" } });
    expect([again.result.status, again.decision.gateName, again.decision.reason]).toEqual([
      "blocked",
      expect.stringMatching(/^cooldown/),
      expect.stringContaining("dispense_pill on cooldown"),
    ]);
  });

  test("its round runs to the end", async () => {
    const { runtime, loaded } = await medbot(answering(true));
    const where = `${folder}round.yaml`;
    const script = parseScript(readFileSync(where, "utf8"), { where });
    const report = await runPolicy(runtime, scriptPolicy(script, { vocabulary: vocabularyOf(loaded) }), script.goal ?? "");
    expect([report.reached, report.message]).toEqual([true, expect.any(String)]);
  });
});

test("docs/custom-primitives.md: its robot loads, rings where it is told once a person allows it, and drives back", async () => {
  const page = readFileSync(new URL("../../docs/custom-primitives.md", import.meta.url), "utf8");
  const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? "";
  const place = mkdtempSync(join(tmpdir(), "clearance-docs-"));
  try {
    writeFileSync(join(place, "bell.yaml"), block("yaml"));
    writeFileSync(join(place, "bell.mjs"), block("js"));
    const { runtime } = await buildRuntimeFromProfile(loadProfile(join(place, "bell.yaml")), { approvals: answering(true) });
    const { result } = await runtime.step({ name: "call_at", args: { x: 1, y: 0, times: 2 } });
    expect(result).toMatchObject({
      status: "ok",
      observation: { substep_1_ring: { rung: 2, at: [expect.closeTo(1, 2), expect.any(Number), expect.any(Number)] } },
    });
    expect((await runtime.step({ name: "to_dock", args: {} })).result).toMatchObject({ status: "ok", message: "at the dock" });
    expect((await runtime.step({ name: "ring", args: { times: 6 } })).decision.gateName).toBe("schema");
  } finally {
    rmSync(place, { recursive: true });
  }
});

test("the same robot in code: medbot.mjs delivers", async () => {
  const place = mkdtempSync(join(tmpdir(), "clearance-code-"));
  try {
    const here = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const text = readFileSync(`${folder}medbot.mjs`, "utf8")
      .replace('"clearance/profile"', here("./index.ts"))
      .replace('"./primitives.mjs"', here("../../examples/custom-robot/primitives.mjs"));
    writeFileSync(join(place, "medbot.mjs"), text);
    const { stdout } = await promisify(execFile)(process.execPath, [join(place, "medbot.mjs")]);
    expect(stdout).toBe("ok: deliver_room: 4 substeps complete\n");
  } finally {
    rmSync(place, { recursive: true });
  }
});
