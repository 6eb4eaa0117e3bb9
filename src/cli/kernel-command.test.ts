import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCli } from "../../test/run-cli.ts";
import type { KernelOptions } from "../kernel/kernel-options.ts";
import { createKernel } from "../kernel/kernel.ts";
import { openRecordingFile } from "../kernel/node/recording-file.ts";
import { recordedKernel } from "../kernel/recording/recording.ts";
import { gantry } from "../robot/testing/gantry.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-kernel-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const cli = (...args: readonly string[]) => runCli(args, folder);

function recordInto(path: string): void {
  const config: KernelOptions = { robot: gantry(), gripper: true, modes: ["gripper_position"] };
  const file = openRecordingFile(path);
  const kernel = recordedKernel(createKernel(config), config, (line) => file.write(line));
  for (const [seq, opening] of [1, 0.1 + 0.2, 2, Number.NaN].entries())
    kernel.vet(
      { mode: "gripper_position", rows: Float64Array.of(opening), width: 1, periodMs: 10, seq, basedOnSeq: 0, validUntilMs: 1 },
      { nowMs: 0, measuredRad: [0, 0, 1, 0] },
    );
  file.close();
  expect(() => openRecordingFile(path)).toThrow(/cannot write the recording/);
}

test("clearance kernel replay: agreed, then changed by one digit and disagreed", { timeout: 60_000 }, async () => {
  const path = join(folder, "verdicts.jsonl");
  recordInto(path);
  expect(await cli("kernel", "replay", "verdicts.jsonl")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^agreed +4\ndisagreed +0\n/),
  });
  writeFileSync(path, readFileSync(path, "utf8").replace("0.30000000000000004", "0.3"));
  const changed = await cli("kernel", "replay", "verdicts.jsonl");
  expect(changed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^agreed +3\ndisagreed +1\n/) });
  expect(changed.stdout).toMatch(/line 3: recorded /);
  const json = await cli("kernel", "replay", "verdicts.jsonl", "--json");
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { agrees: false, agreed: 3, disagreed: [{ line: 3 }] }]);
});

test("clearance kernel: help, and mistakes", { timeout: 60_000 }, async () => {
  expect(await cli("kernel", "--help")).toMatchObject({ code: 0, stdout: expect.stringMatching(/clearance kernel replay FILE/) });
  expect(await cli("kernel", "replay")).toMatchObject({ code: 2, stderr: expect.stringMatching(/needs a file/) });
  expect(await cli("kernel", "replay", "none.jsonl")).toMatchObject({ code: 2, stderr: expect.stringMatching(/no file none.jsonl/) });
  expect(await cli("kernel", "reply")).toMatchObject({ code: 2, stderr: expect.stringMatching(/did you mean 'kernel replay'/) });
  expect(await cli("kernel", "replay", "a", "b")).toMatchObject({ code: 2, stderr: expect.stringMatching(/one too many/) });
});
