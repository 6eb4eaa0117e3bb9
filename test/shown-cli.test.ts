/**
 * Pictures that models are shown, from the command line to the trace and back: kept beside it, listed with their steps, and checked.
 * @module
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sha256Hex } from "../src/core/sha256.ts";
import { openScriptedEndpoint, picturesIn } from "../src/policy/llm/testing/scripted-endpoint.ts";
import { packNumpy, type WireMap } from "../src/policy/vla/msgpack-numpy.ts";
import { NdArray } from "../src/policy/vla/nd-array.ts";
import { hostileServer } from "../src/policy/vla/testing/hostile-server.ts";
import { runCli, type CliResult } from "./run-cli.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let folder = "";
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What servers heard, and the runs' own answers. */
let vla: { readonly run: CliResult; readonly heard: readonly WireMap[] };
let llm: { readonly run: CliResult; readonly shown: readonly (readonly Uint8Array[])[] };

async function runVla() {
  const left = NdArray.float32([0, 0.02, 0, 0, 0, 0, 0]);
  await using server = await hostileServer((socket, request, i) => {
    const answer = { actions: left, observation_id: request["observation_id"] ?? null };
    socket.send(packNumpy(i < 2 ? answer : { ...answer, done: true }));
  });
  const cameras = ["--camera", "observation/image=scene", "--camera", "observation/wrist_image=wrist", "--image-size", "24x32"];
  const to = ["run", "--backend", "kinematic", "--policy", "vla", "--url", server.url, "--request-timeout", "60000"];
  const run = await runCli([...to, ...cameras, "--trace", "vla.jsonl", "--json", "go left"], folder);
  return { run, heard: server.heard };
}

async function runLlm() {
  const endpoint = await openScriptedEndpoint([
    { calls: [{ name: "take_photo", args: { camera: "wrist" } }] },
    { calls: [{ name: "done", args: { reason: "seen" } }] },
  ]);
  const to = ["run", "--backend", "kinematic", "--policy", "llm", "--model", "scripted", "--base-url", endpoint.baseUrl];
  const run = await runCli([...to, "--camera", "scene", "--trace", "llm.jsonl", "what is there?"], folder);
  const shown = endpoint.requests.map((request) => picturesIn(request).map(({ bytes }) => bytes));
  await endpoint.close();
  return { run, shown };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "shown-"));
  vla = await runVla();
  llm = await runLlm();
});

const trace = (...args: readonly string[]) => runCli(["trace", ...args], folder);
const json = (text: string) => text.trimEnd().split("\n").map((line) => JSON.parse(line)); // prettier-ignore
const bytesOf = (path: string): Uint8Array => readFileSync(join(folder, path));

describe("a VLA's run", () => {
  test("policies row 30 every step leads to files whose pixels are those that the server got", async () => {
    expect([vla.run.code, vla.run.stderr]).toEqual([0, ""]);
    const [first, second, last] = json((await trace("show", "vla.jsonl", "--json")).stdout);
    expect([first.shown, second.shown, last.shown_without_step.id]).toEqual(["shown-1", "shown-2", "shown-3"]);
    const pictures = [first.pictures.shown, second.pictures.shown, last.shown_without_step.pictures];
    for (const [i, request] of vla.heard.entries())
      for (const { as, camera, path, width, height } of pictures[i]) {
        const { data, ...facts } = decode(bytesOf(path));
        expect(facts).toMatchObject({ width: 32, height: 24 });
        expect([width, height, camera]).toEqual([32, 24, as === "observation/image" ? "scene" : "wrist"]);
        expect(sha256Hex(Uint8Array.from(data))).toBe(sha256Hex((request[as] as NdArray).bytes));
      }
    // The tip moved, so the camera on the wrist saw another picture each time.
    expect(new Set(pictures.flat().map(({ path }) => path)).size).toBeGreaterThanOrEqual(4);
  });

  test("policies row 30 trace show lists them with their step; verify finds them unchanged; replay and summary count them", async () => {
    const { stdout } = await trace("show", "vla.jsonl");
    expect(stdout).toMatch(/\n {2}shown {5}scene as observation\/image, 32 × 24: vla\.images\/[0-9a-f]{16}\.png\n/);
    expect(stdout).toMatch(/\nshown-3 {2}no step names it; to vla .*, obs-\d+, at [\d.]+ s\n {2}shown {5}scene/);
    expect((await trace("show", "vla.jsonl", "--step", "2")).stdout).not.toContain("shown-3");
    const verified = await trace("verify", "vla.jsonl");
    const files = readdirSync(join(folder, "vla.images")).length;
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringContaining(`pictures: ${files} referred to; ${files} unchanged, 0 changed, 0 not kept`),
    ]);
    const replayed = await runCli(["replay", "vla.jsonl"], folder);
    expect(replayed.stdout).toContain(`pictures  0 taken by steps, ${files} shown to a model`);
    expect(json((await runCli(["replay", "vla.jsonl", "--json"], folder)).stdout)[0].pictures).toEqual({ taken: 0, shown: files });
  });
});

describe("a language model's run", () => {
  test("policies row 28 the files are the very bytes that the model got, and what a step photographed is told apart", async () => {
    expect([llm.run.code, llm.run.stderr]).toEqual([0, ""]);
    const [step, last] = json((await trace("show", "llm.jsonl", "--json")).stdout);
    const files = (pictures: readonly { path: string }[]) => pictures.map(({ path }) => sha256Hex(bytesOf(path)));
    expect(files(step.pictures.shown)).toEqual(llm.shown[0]!.map(sha256Hex));
    expect(files(last.shown_without_step.pictures)).toEqual([...new Set(llm.shown[1]!.map(sha256Hex))]);
    expect(step.pictures.taken).toMatchObject([{ of: "file", camera: "wrist", path: expect.stringMatching(/^llm\.images\//) }]);
    const { stdout } = await trace("show", "llm.jsonl");
    expect(stdout).toMatch(/ {2}picture {3}wrist, 320 × 240: llm\.images\/\S+\n {2}shown {5}scene, 320 × 240: llm\.images\/\S+\n/);
    expect(llm.run.stdout).toContain(`in llm.images`);
  });

  test("policies row 28 a run without cameras holds no word of pictures", async () => {
    const endpoint = await openScriptedEndpoint([{ calls: [{ name: "scan" }] }, { calls: [{ name: "done", args: { reason: "." } }] }]);
    const to = ["run", "--backend", "kinematic", "--policy", "llm", "--model", "scripted", "--base-url", endpoint.baseUrl];
    expect((await runCli([...to, "--trace", "blind.jsonl", "look"], folder)).code).toBe(0);
    await endpoint.close();
    expect(readFileSync(join(folder, "blind.jsonl"), "utf8")).not.toMatch(/shown|picture/);
    expect((await trace("verify", "blind.jsonl")).stdout).not.toContain("picture");
    expect(Object.keys(json((await trace("verify", "blind.jsonl", "--json")).stdout)[0])).not.toContain("pictures");
  });
});

describe("a picture that is not what the trace says", () => {
  /** A copy of a run, with one of its pictures changed. */
  async function verifyChanged(name: "vla" | "llm", as: string, change: (path: string) => void) {
    cpSync(join(folder, `${name}.jsonl`), join(folder, `${as}.jsonl`));
    cpSync(join(folder, `${name}.images`), join(folder, `${as}.images`), { recursive: true });
    const [file = ""] = readdirSync(join(folder, `${as}.images`));
    change(join(folder, `${as}.images`, file));
    const { code, stdout } = await trace("verify", `${as}.jsonl`, "--json");
    return { code, report: json(stdout)[0], path: `${as}.images/${file}` };
  }

  const withBytes = (path: string, change: (bytes: Buffer) => Buffer): void => writeFileSync(path, change(readFileSync(path)));
  const redrawn = (bytes: Buffer): Buffer => {
    const { width, height, data, channels } = decode(bytes);
    const pixels = Uint8Array.from(data);
    pixels[0] = pixels[0]! ^ 1;
    return Buffer.from(encode({ width, height, data: pixels, channels, depth: 8 }));
  };
  const flipped = (bytes: Buffer): Buffer => bytes.fill(bytes[60]! ^ 1, 60, 61);
  const huge = (bytes: Buffer): Buffer => bytes.fill(0x7f, 16, 18);

  test.for([
    ["vla", "redrawn", redrawn, "it was changed: the hash of its pixels does not fit"],
    ["vla", "flipped", flipped, "it was changed: it is no PNG of the size that the trace states"],
    ["vla", "cut", (bytes: Buffer) => bytes.subarray(0, 10), "it was changed: it is no PNG of the size that the trace states"],
    ["vla", "emptied", () => Buffer.alloc(0), "it was changed: it is no PNG of the size that the trace states"],
    ["vla", "huge", huge, "it was changed: it is no PNG of the size that the trace states"],
    ["llm", "redrawn-too", redrawn, "it was changed: its hash does not fit"],
    ["llm", "longer", (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(0)]), "it was changed: its hash does not fit"],
  ] as const)("%s %s: a finding, exit code 1", async ([name, as, change, problem]) => {
    const { code, report, path } = await verifyChanged(name, as, (file) => withBytes(file, change));
    expect(code).toBe(1);
    expect(report).toMatchObject({ ok: false, problems: [], pictures: { changed: [{ path, problem }], notKept: 0 } });
  });

  test("a person is told which one", async () => {
    const { path } = await verifyChanged("vla", "told", (file) => withBytes(file, redrawn));
    const { code, stdout } = await trace("verify", "told.jsonl");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^whole: .* hash chain intact/);
    expect(stdout).toContain(`${path}: picture: it was changed: the hash of its pixels does not fit\n`);
    expect(stdout).toMatch(/pictures: \d+ referred to; \d+ unchanged, 1 changed, 0 not kept\n$/);
  });

  test("a picture of the same pixels, packed otherwise, is the same picture", async () => {
    const { code } = await verifyChanged("vla", "packed", (file) =>
      withBytes(file, (bytes) => {
        const { width, height, data, channels } = decode(bytes);
        return Buffer.from(encode({ width, height, data, channels, depth: 8 }));
      }),
    );
    expect(code).toBe(0);
  });

  test("one that is not there was not kept: said, and no finding", async () => {
    const { code, report } = await verifyChanged("vla", "gone", unlinkSync);
    expect([code, report.ok, report.pictures.notKept]).toEqual([0, true, 1]);
    expect((await trace("show", "gone.jsonl")).stdout).toContain("bytes not kept");
  });

  test("a trace whose reference was changed is found by its own chain", async () => {
    const text = readFileSync(join(folder, "vla.jsonl"), "utf8");
    writeFileSync(join(folder, "forged.jsonl"), text.replace(/"pixels_sha256":"[0-9a-f]{4}/, '"pixels_sha256":"0000'));
    cpSync(join(folder, "vla.images"), join(folder, "forged.images"), { recursive: true });
    const { code, stdout } = await trace("verify", "forged.jsonl");
    expect([code, stdout]).toEqual([1, expect.stringContaining("the line was changed")]);
  });
});
