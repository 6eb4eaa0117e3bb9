import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sha256Hex } from "../src/core/sha256.ts";
import { runCli } from "./run-cli.ts";

vi.setConfig({ testTimeout: 120_000 });
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pictures-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const flight = ["run", "--profile", "tello", "--approve"];

test("a flight with a photo says where the picture is, and there it is, by its hash", async () => {
  const { code, stdout } = await runCli([...flight, "take off, fly to (1, 0, 1.5), take a photo, land"], folder);
  expect(code).toBe(0);
  const [name = ""] = readdirSync(join(folder, "runs/tello-1.images"));
  expect(stdout).toContain(`picture  runs/tello-1.images/${name}`);
  expect(stdout).toContain("pictures 1 in runs/tello-1.images");
  const bytes = readFileSync(join(folder, "runs/tello-1.images", name));
  expect(sha256Hex(bytes)).toMatch(new RegExp(`^${name.replace(".png", "")}`));
  const steps = readFileSync(join(folder, "runs/tello-1.jsonl"), "utf8").split("\n");
  expect(steps.find((line) => line.includes('"name":"take_photo"'))).toContain(`"sha256":"${sha256Hex(bytes)}"`);
});

test("--json names the pictures of each step; the same seed is the same picture", async () => {
  const run = async (trace: string) => {
    const { code, stdout } = await runCli([...flight, "--json", "--trace", trace, "take a photo with the down camera"], folder);
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { steps: { images?: string[] }[] }).steps.flatMap(({ images = [] }) => images);
  };
  const [first = ""] = await run("one.jsonl");
  const [second = ""] = await run("two.jsonl");
  expect(first).toMatch(/^one\.images\/[0-9a-f]{16}\.png$/);
  expect(second.replace("two", "one")).toBe(first);
});

test("a folder that cannot be written stops nobody, and is said and noted", async () => {
  writeFileSync(join(folder, "full.images"), "a file where the folder would be");
  const { code, stdout, stderr } = await runCli([...flight, "--trace", "full.jsonl", "take off, take a photo, land"], folder);
  expect(code).toBe(0);
  expect(stdout).toContain("picture  could not be kept");
  expect(stderr).toContain("clearance: pictures could not be kept in full.images: ");
  expect(readFileSync(join(folder, "full.jsonl"), "utf8")).toContain('"pictures-missing"');
});

test("a run without a photo makes no folder", async () => {
  expect((await runCli([...flight, "--trace", "none.jsonl", "check the battery"], folder)).code).toBe(0);
  expect(existsSync(join(folder, "none.images"))).toBe(false);
});
