/**
 * Colour pictures by a real browser, from profile to record, beside what the rays see.
 * @module
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BrowserRenderer, findBrowser } from "../src/backend/browser/index.ts";
import type { Renderer } from "../src/backend/sensing/index.ts";
import type { Picture, Sensors } from "../src/core/capture.ts";
import { quatFromRpy } from "../src/core/pose.ts";
import type { VisualScene, VisualShot } from "../src/core/visual-scene.ts";
import { buildRuntimeFromProfile } from "../src/profile/apply-profile.ts";
import { loadProfile, type LoadedProfile } from "../src/profile/files.ts";
import { chromium, describeWithBrowser, processes } from "./chromium.ts";

// A browser takes seconds to start on a busy machine.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const backends = ["kinematic", "mujoco"] as const;
const person = { people: [{ name: "ann", heightM: 1.7, radiusM: 0.25, walk: [{ atS: 0, feetM: [2.5, 0.5, 0] as const }] }] };

/** Passes on what it is asked, and keeps it. */
class Witness implements Renderer {
  readonly name = "browser";
  readonly #by: BrowserRenderer;
  scene: VisualScene | undefined;
  shot: VisualShot | undefined;

  constructor(by: BrowserRenderer) {
    this.#by = by;
  }

  render(scene: VisualScene, shot: VisualShot): Promise<Uint8Array> {
    this.scene = scene;
    this.shot = shot;
    return this.#by.render(scene, shot);
  }

  /** Of the picture drawn last: the name of what each pixel shows. */
  async names(): Promise<readonly (string | undefined)[]> {
    const [scene, shot] = [this.scene!, this.shot!];
    return Array.from(await this.#by.parts(scene, shot), (part) => scene.parts[part - 1]?.name);
  }
}

async function open(loaded: LoadedProfile, backend: (typeof backends)[number], renderer?: Renderer) {
  const approvals = { name: "test", ask: () => Promise.resolve({ approved: true, operatorId: "test" }) };
  const robot = await buildRuntimeFromProfile(loaded, { backend, approvals, ...(renderer === undefined ? {} : { renderer }) });
  robot.open({ goal: "test", policy: "test" });
  return robot;
}

async function picture<Modality extends Picture["modality"]>(sensors: Sensors | undefined, camera: string, modality: Modality) {
  return (await sensors!.capture({ kind: "picture", camera, modality })) as Extract<Picture, { modality: Modality }>;
}

const boxes: VisualScene = {
  light: { towardSun: [0, 0, 1], sun: [0, 0, 0], above: [1, 1, 1], below: [1, 1, 1] },
  parts: [
    { name: "red", shape: { kind: "box", halfM: [0.1, 0.1, 0.1] }, rgb: [0.9, 0.1, 0.1] },
    { name: "green", shape: { kind: "ellipsoid", radiiM: [0.1, 0.2, 0.1] }, rgb: [0.1, 0.9, 0.1] },
    { name: "blue", shape: { kind: "mesh", mesh: 0 }, rgb: [0.1, 0.1, 0.9] },
  ],
  meshes: [{ verticesM: [0, 0, 0, 0, 0.2, 0, 0, 0, 0.2, 0.2, 0, 0], triangles: [0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3] }],
};
const level = [1, 0, 0, 0] as const;
/** The camera looks along x: red is left, green is up and right of it, blue is below. */
const shot = (unseen: readonly number[] = []): VisualShot => ({
  camera: { worldFromCamera: { position: [0, 0, 0], orientation: level }, verticalFovRad: 1, width: 64, height: 48 },
  worldFromParts: [2, 0.6, 0, ...level, 2, -0.4, 0.5, ...level, 2, 0, -0.6, ...quatFromRpy(0, 0, 0)],
  unseen,
});

test("no browser is one line that says what to do; one that is chosen wins over those on PATH", () => {
  const folder = mkdtempSync(join(tmpdir(), "browsers-"));
  try {
    for (const name of ["google-chrome", "chromium-browser"]) writeFileSync(join(folder, name), "#!/bin/sh\n", { mode: 0o755 });
    writeFileSync(join(folder, "chromium"), "not a program", { mode: 0o644 });
    expect(findBrowser({ searchPath: `/nowhere:${folder}` })).toBe(join(folder, "chromium-browser"));
    expect(findBrowser({ chosen: join(folder, "google-chrome"), searchPath: folder })).toBe(join(folder, "google-chrome"));
    const none = /^the browser renderer cannot start: there is no chromium, .* on PATH; install one .*CLEARANCE_BROWSER.*--renderer rays$/;
    expect(() => findBrowser({ searchPath: "/nowhere" })).toThrow(none);
    for (const chosen of [join(folder, "chromium"), folder, "/nope"])
      expect(() => findBrowser({ chosen, searchPath: folder })).toThrow(`'${chosen}' is no program that can be run; set CLEARANCE_BROWSER`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a program that is no browser is one line, and leaves nothing behind", async () => {
  const before = leftovers();
  const problem = await BrowserRenderer.open({ executablePath: process.execPath }).catch((error: unknown) => error);
  expect(problem).toMatchObject({ code: "backend.unavailable" });
  expect((problem as Error).message).toMatch(/^the browser renderer cannot start: .+; try another Chromium by CLEARANCE_BROWSER.*$/);
  expect(leftovers()).toEqual(before);
});

function leftovers(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("clearance-browser-"));
}

describeWithBrowser("the renderer in a browser (needs a Chromium)", () => {
  let browser: BrowserRenderer;
  const requests: { readonly url: string; readonly served: boolean }[] = [];
  beforeAll(async () => {
    browser = await BrowserRenderer.open({
      executablePath: chromium!,
      onRequest: (url, served) => requests.push({ url, served }),
      timeoutMs: 60_000,
    });
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  test("left is left, up is up, colours are theirs, and what is unseen is not there", async () => {
    const rgba = await browser.render(boxes, shot());
    const at = (column: number, row: number) => [...rgba.subarray(4 * (row * 64 + column), 4 * (row * 64 + column) + 4)];
    const [red, green, blue] = [at(18, 24), at(41, 13), at(31, 35)];
    for (const [main, colour] of [red, green, blue].entries())
      for (let k = 0; k < 3; k++) if (k !== main) expect(colour[main]! - colour[k]!).toBeGreaterThan(100);
    expect([red[3], green[3], blue[3]]).toEqual([255, 255, 255]);
    const sky = at(32, 2);
    expect(sky[2]! - sky[0]!).toBeGreaterThan(10);
    const parts = await browser.parts(boxes, shot([1]));
    const seen = (column: number, row: number) => parts[row * 64 + column];
    expect([seen(18, 24), seen(41, 13), seen(31, 35), seen(2, 2)]).toEqual([1, 0, 3, 0]);
  });

  test("shadows fall under what is there, and under nothing that is unseen", async () => {
    const scene: VisualScene = {
      light: { towardSun: [0, 0, 1], sun: [0.8, 0.8, 0.8], above: [0.2, 0.2, 0.2], below: [0.1, 0.1, 0.1] },
      parts: [
        { name: "floor", shape: { kind: "plane", halfM: [0, 0] }, rgb: [0.7, 0.7, 0.7] },
        { name: "box", shape: { kind: "box", halfM: [0.2, 0.2, 0.2] }, rgb: [0.7, 0.7, 0.7] },
      ],
      meshes: [],
    };
    const worldFromParts = [0, 0, -0.6, ...level, 2, 0, 0.5, ...level];
    const floorAt = async (unseen: readonly number[]) => {
      const rgba = await browser.render(scene, { ...shot(unseen), worldFromParts });
      return [32, 14].map((column) => rgba[4 * (37 * 64 + column)]!);
    };
    const [under = 0, beside = 0] = await floorAt([]);
    expect(beside - under).toBeGreaterThan(60);
    const [free = 0] = await floorAt([1]);
    expect(free - under).toBeGreaterThan(60);
  });

  test("the same picture is the same bytes, whatever was drawn in between, and in another browser", async () => {
    const other: VisualScene = { ...boxes, parts: boxes.parts.slice(0, 1) };
    const first = await browser.render(boxes, shot());
    await browser.render(other, { ...shot(), worldFromParts: shot().worldFromParts.slice(0, 7) });
    await browser.parts(boxes, shot([0]));
    expect(await browser.render(boxes, shot())).toEqual(first);
    await using second = await BrowserRenderer.open({ executablePath: chromium! });
    const [again, unlike] = await Promise.all([second.render(boxes, shot()), second.render(boxes, shot([0]))]);
    expect(again).toEqual(first);
    expect(unlike).not.toEqual(first);
  });

  describe.for(backends)("%s", (backend) => {
    test.for<readonly [string, string, string?]>([
      ["arm", "scene"],
      ["arm", "wrist"],
      ["turtlebot", "front"],
      ["spot", "front", "stand"],
    ])("%s, camera %s: 98 % of the pixels show what the rays meet there", async ([name, camera, first]) => {
      const witness = new Witness(browser);
      const loaded = loadProfile(name);
      await using robot = await opened(
        { ...loaded, world: { ...loaded.world, ...(name === "turtlebot" ? person : {}) } },
        backend,
        witness,
      );
      if (first !== undefined) expect((await robot.runtime.step({ name: first, args: {} })).result.status).toBe("ok");
      const drawn = await picture(robot.backend.sensors, camera, "rgb");
      const { segments, names, worldFromCamera, width, height } = await picture(robot.backend.sensors, camera, "segmentation");
      expect(drawn).toMatchObject({ renderer: "browser", worldFromCamera, width, height });
      const shown = await witness.names();
      const same = shown.filter((one, pixel) => one === names[segments[pixel]! - 1]).length;
      expect(same / shown.length).toBeGreaterThan(0.98);
      expect(new Set(shown).size).toBeGreaterThan(1);
      if (name === "turtlebot") expect(shown).toContain("ann");
    });

    test("the cubes of the arm are in their colours where the rays meet them", async () => {
      await using robot = await opened(loadProfile("arm"), backend, browser);
      const { rgba } = await picture(robot.backend.sensors, "scene", "rgb");
      const { segments, names } = await picture(robot.backend.sensors, "scene", "segmentation");
      for (const [main, cube] of ["red_cube", "green_cube", "blue_cube"].entries()) {
        const pixels = [...segments.keys()].filter((pixel) => names[segments[pixel]! - 1] === cube);
        const itsColour = pixels.filter((pixel) =>
          [0, 1, 2].every((k) => k === main || rgba[4 * pixel + main]! > rgba[4 * pixel + k]! + 25),
        );
        expect(pixels.length).toBeGreaterThan(30);
        expect(itsColour.length / pixels.length).toBeGreaterThan(0.9);
      }
    });

    test("a photo's record says what drew it; without a renderer it is as it always was", async () => {
      const photo = async (renderer?: Renderer) => {
        await using robot = await opened(loadProfile("turtlebot"), backend, renderer);
        return (await robot.runtime.step({ name: "take_photo", args: {} })).result;
      };
      expect(await photo(browser)).toMatchObject({ status: "ok", observation: { image: { renderer: "browser", modality: "rgb" } } });
      expect((await photo()).observation["image"]).not.toHaveProperty("renderer");
    });
  });

  test("in ideal motion light and shadows are those that the rays paint", async () => {
    await using drawn = await opened(loadProfile("arm"), "kinematic", browser);
    await using cast = await opened(loadProfile("arm"), "kinematic");
    const [a, b] = [await picture(drawn.backend.sensors, "scene", "rgb"), await picture(cast.backend.sensors, "scene", "rgb")];
    const difference = a.rgba.reduce((sum, byte, i) => sum + Math.abs(byte - b.rgba[i]!), 0) / (0.75 * a.rgba.length);
    expect(difference).toBeLessThan(8);
  });

  test("the page asks for its own files and for nothing else", () => {
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.filter(({ url, served }) => !served || !url.startsWith("http://renderer.invalid/"))).toEqual([]);
  });
});

describeWithBrowser("a browser that fails (needs a Chromium)", () => {
  const pageProcesses = (browser: BrowserRenderer) =>
    processes().filter(({ group, command }) => group === browser.pid && command.includes("--type=renderer"));

  test.skipIf(process.platform !== "linux").for<readonly [string, (browser: BrowserRenderer) => void]>([
    ["whose page crashes", (browser) => pageProcesses(browser).forEach(({ pid }) => process.kill(pid, "SIGKILL"))],
    ["whose page hangs", (browser) => pageProcesses(browser).forEach(({ pid }) => process.kill(pid, "SIGSTOP"))],
    ["that hangs as a whole", (browser) => process.kill(-browser.pid!, "SIGSTOP")],
    ["that is killed", (browser) => process.kill(browser.pid!, "SIGKILL")],
  ])("%s: that picture is an error, the next one is drawn, and nothing is left of the first", async ([, fail]) => {
    const before = leftovers();
    await using browser = await BrowserRenderer.open({ executablePath: chromium!, timeoutMs: 8_000 });
    const good = await browser.render(boxes, shot());
    const { pid } = browser;
    fail(browser);
    await expect(browser.render(boxes, shot())).rejects.toMatchObject({
      code: "sensor.unavailable",
      message: expect.stringMatching(/^the browser drew no picture: \S.*$/),
    });
    await vi.waitFor(() => expect(processes().filter(({ group }) => group === pid)).toEqual([]), { timeout: 20_000 });
    expect(await browser.render(boxes, shot())).toEqual(good);
    expect(browser.pid).not.toBe(pid);
    const second = browser.pid;
    await browser[Symbol.asyncDispose]();
    expect(processes().filter(({ group }) => group === second)).toEqual([]);
    expect(leftovers()).toEqual(before);
    await expect(browser.render(boxes, shot())).rejects.toMatchObject({ code: "sensor.unavailable" });
  });

  test("the step of a robot that it draws for ends with an error, and the next one goes well", async () => {
    await using browser = await BrowserRenderer.open({ executablePath: chromium!, timeoutMs: 8_000 });
    await using robot = await opened(loadProfile("turtlebot"), "kinematic", browser);
    process.kill(browser.pid!, "SIGKILL");
    const photo = async () => (await robot.runtime.step({ name: "take_photo", args: {} })).result;
    expect(await photo()).toMatchObject({ status: "error", message: expect.stringContaining("the browser drew no picture: ") });
    // The profile's cooldown goes by the simulation's time, which a photo takes none of.
    await robot.runtime.step({ name: "wait", args: { seconds: 1 } });
    expect(await photo()).toMatchObject({ status: "ok" });
  });
});

/** Put away at the end of its block. */
async function opened(...of: Parameters<typeof open>) {
  const robot = await open(...of);
  return Object.assign(robot, {
    async [Symbol.asyncDispose]() {
      await robot.runtime.close();
      await robot.backend[Symbol.asyncDispose]();
    },
  });
}

test("the versions that users are told to install are those that are tested", async () => {
  const { default: manifest } = await import("../package.json", { with: { type: "json" } });
  const { notInstalled } = await import("../src/backend/browser/page-files.ts");
  const { "playwright-core": playwright, three } = manifest.devDependencies;
  expect(manifest.peerDependencies).toEqual({ "playwright-core": playwright, three });
  expect(manifest.peerDependenciesMeta).toEqual({ "playwright-core": { optional: true }, three: { optional: true } });
  expect(notInstalled(undefined).message).toContain(`npm install playwright-core@${playwright} three@${three}`);
  expect(existsSync(new URL("../src/backend/browser/page/main.ts", import.meta.url))).toBe(true);
});
