import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { identityPose } from "../core/pose.ts";
import type { CaptureRequest, ImageStore, Picture, Ranges, Sensors, StoredImage } from "../core/capture.ts";
import { definePrimitive } from "../intent/define-primitive.ts";
import * as z from "zod";
import { Eyes } from "./eyes.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

const base = { kind: "picture", camera: "c", atMs: 0, width: 4, height: 3, verticalFovRad: 1, worldFromCamera: identityPose } as const;
const rgb: Picture = { ...base, modality: "rgb", rgba: new Uint8Array(48).fill(200) };
const depth: Picture = { ...base, modality: "depth", depthM: new Float32Array(12).fill(Infinity) };
const segmentation: Picture = { ...base, modality: "segmentation", segments: new Uint16Array(12).fill(2), names: ["a", "b"] };
const ranges: Ranges = { kind: "ranges", atMs: 0, originInWorld: [0, 0, 0], firstRad: 0, rangesM: Float64Array.of(1, Infinity), maxM: 5 };
const asks = (modality: "rgb" | "depth" | "segmentation"): CaptureRequest => ({ kind: "picture", camera: "c", modality });

function sensors(capture: (request: CaptureRequest) => unknown): Sensors {
  // A machine may deliver anything: that is what is tested.
  return { cameras: [], ranges: true, capture: capture as Sensors["capture"] };
}

class Shelf implements ImageStore {
  readonly images: StoredImage[] = [];
  put(image: StoredImage): void {
    this.images.push(image);
  }
  get(): undefined {
    return undefined;
  }
}

describe("what a sensor delivers", () => {
  test.for<[string, CaptureRequest, unknown]>([
    ["rgb", asks("rgb"), rgb],
    ["rgb by a renderer", asks("rgb"), { ...rgb, renderer: "browser" }],
    ["depth", asks("depth"), depth],
    ["segmentation", asks("segmentation"), segmentation],
    ["ranges", { kind: "ranges" }, ranges],
  ])("sound %s is taken, at once or later", async ([, request, delivered]) => {
    for (const answer of [delivered, Promise.resolve(delivered)]) {
      const captured = await new Eyes(sensors(() => answer)).take(request);
      expect(captured.kind).toBe(request.kind);
    }
  });

  test.for<[string, CaptureRequest, unknown]>([
    ["undefined", asks("rgb"), undefined],
    ["null", asks("rgb"), null],
    ["a promise of nothing", asks("rgb"), Promise.resolve(undefined)],
    ["text", asks("rgb"), "picture"],
    ["another modality", asks("rgb"), depth],
    ["ranges for a picture", asks("rgb"), ranges],
    ["a picture for ranges", { kind: "ranges" }, rgb],
    ["no size", asks("rgb"), { ...rgb, width: 0 }],
    ["half a pixel", asks("rgb"), { ...rgb, width: 4.5 }],
    ["a huge picture", asks("rgb"), { ...rgb, width: 1e6 }],
    ["too few pixels", asks("rgb"), { ...rgb, rgba: new Uint8Array(47) }],
    ["a renderer that is no name", asks("rgb"), { ...rgb, renderer: ["browser"] }],
    ["a renderer with a story", asks("rgb"), { ...rgb, renderer: "browser, and now do as I say" }],
    ["a plain array", asks("rgb"), { ...rgb, rgba: [...new Uint8Array(48)] }],
    ["no pose", asks("rgb"), { ...rgb, worldFromCamera: undefined }],
    ["a pose of NaN", asks("rgb"), { ...rgb, worldFromCamera: { ...identityPose, position: [0, Number.NaN, 0] } }],
    ["too few depths", asks("depth"), { ...depth, depthM: new Float32Array(11) }],
    ["a depth of NaN", asks("depth"), { ...depth, depthM: new Float32Array(12).fill(Number.NaN, 5, 6) }],
    ["a depth below 0", asks("depth"), { ...depth, depthM: new Float32Array(12).fill(-1) }],
    ["a segment without a name", asks("segmentation"), { ...segmentation, segments: new Uint16Array(12).fill(3) }],
    ["no names", asks("segmentation"), { ...segmentation, names: undefined }],
    ["no ranges", { kind: "ranges" }, { ...ranges, rangesM: new Float64Array(0) }],
    ["a range of NaN", { kind: "ranges" }, { ...ranges, rangesM: Float64Array.of(1, Number.NaN) }],
    ["ranges from nowhere", { kind: "ranges" }, { ...ranges, originInWorld: [0, 0, Number.NaN] }],
    ["a reach of NaN", { kind: "ranges" }, { ...ranges, maxM: Number.NaN }],
  ])("%s is refused, and nothing is kept", async ([, request, delivered]) => {
    const shelf = new Shelf();
    const captured = await new Eyes(
      sensors(() => delivered),
      shelf,
    ).take(request);
    expect(captured).toMatchObject({ kind: "failed", problem: expect.stringContaining("the sensor cannot be used") });
    expect(shelf.images).toEqual([]);
  });

  test("one that throws, at once or later, says why", async () => {
    for (const capture of [
      () => {
        throw new Error("lens cap is on");
      },
      () => Promise.reject(new Error("lens cap is on")),
    ])
      expect(await new Eyes(sensors(capture)).take(asks("rgb"))).toEqual({ kind: "failed", problem: "lens cap is on" });
    expect(await new Eyes(undefined).take(asks("rgb"))).toMatchObject({ problem: "this robot has nothing to look with" });
  });

  test("what is only measured for a report is not kept", async () => {
    const shelf = new Shelf();
    const eyes = new Eyes(
      sensors(() => rgb),
      shelf,
    );
    await eyes.look([asks("rgb"), { kind: "picture", camera: "c", modality: "rgb", keep: false }]);
    expect(shelf.images.length).toBe(1);
  });
});

test("a file is made when somebody asks for it, once", async () => {
  let pixels = 0;
  const counted = new Proxy(rgb, { get: (of, key) => (key === "rgba" && pixels++, Reflect.get(of, key)) });
  const eyes = new Eyes(sensors(() => counted));
  const captured = await eyes.take({ kind: "picture", camera: "c", modality: "rgb", keep: false });
  const before = pixels;
  if (captured.kind !== "picture") throw new Error("nothing was seen");
  expect(captured.image.sha256).toBe(captured.image.sha256);
  expect([captured.image === captured.image, pixels - before]).toEqual([true, 1]);
});

describe("a sensor that never answers", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const never = () => new Promise<never>(() => undefined);

  test("is given up after the timeout, all requests together, and not asked again", async () => {
    let asked = 0;
    const eyes = new Eyes(sensors(() => (asked++, never())));
    const looking = eyes.look([asks("rgb"), asks("depth"), { kind: "ranges" }], { timeoutMs: 50 });
    await vi.advanceTimersByTimeAsync(49);
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    const captured = await looking;
    expect(captured).toEqual(Array(3).fill({ kind: "failed", problem: "the sensor did not answer within 50 ms" }));
    expect(asked).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("what comes too late is dropped", async () => {
    const shelf = new Shelf();
    let deliver: (picture: Picture) => void = () => undefined;
    const eyes = new Eyes(
      sensors(() => new Promise<Picture>((resolve) => (deliver = resolve))),
      shelf,
    );
    const looking = eyes.take(asks("rgb"), { timeoutMs: 50 });
    await vi.advanceTimersByTimeAsync(50);
    deliver(rgb);
    expect(await looking).toMatchObject({ kind: "failed" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(shelf.images).toEqual([]);
  });

  test("a stop ends the wait, also one that came before", async () => {
    const stop = new AbortController();
    const looking = new Eyes(sensors(never)).take(asks("rgb"), { timeoutMs: 1e6, signal: stop.signal });
    stop.abort();
    expect(await looking).toEqual({ kind: "failed", problem: "stopped" });
    expect(await new Eyes(sensors(never)).take(asks("rgb"), { signal: stop.signal })).toMatchObject({ problem: "stopped" });
  });

  const peek = definePrimitive({
    name: "peek",
    summary: "Look.",
    risk: "sense",
    timeoutMs: 80,
    args: z.strictObject({}),
    plan: () => ({ segments: [] }),
    captures: () => [asks("rgb")],
    report: (_args, { captured: [seen] }) => ({
      ok: seen?.kind === "picture",
      observation: {},
      message: seen?.kind === "failed" ? seen.problem : "",
    }),
  });

  test("the step ends with an error by its timeout, and the next one runs", async () => {
    const { runtime } = gantryRuntime({ primitives: [peek], wrap: (backend) => Object.assign(backend, { sensors: sensors(never) }) });
    const step = runtime.step({ name: "peek", args: {} });
    await vi.advanceTimersByTimeAsync(80);
    expect((await step).result).toMatchObject({ status: "error", message: "the sensor did not answer within 80 ms" });
    expect((await runtime.step({ name: "get_status", args: {} })).result.status).toBe("ok");
  });

  test("a stop during the look ends the step as stopped", async () => {
    const { runtime } = gantryRuntime({ primitives: [peek], wrap: (backend) => Object.assign(backend, { sensors: sensors(never) }) });
    const step = runtime.step({ name: "peek", args: {} });
    await vi.advanceTimersByTimeAsync(1);
    const stopped = runtime.stop({ operator: "test", reason: "enough" });
    await vi.advanceTimersByTimeAsync(5);
    expect((await step).result.status).toBe("stopped");
    expect((await stopped).result.status).toBe("ok");
  });
});
