import { describe, expect, test } from "vitest";
import type { CaptureRequest } from "../../core/capture.ts";
import { Eyes } from "../../runtime/eyes.ts";
import { paintedSensors, type PaintedCamera } from "../../runtime/testing/painted-cameras.ts";
import type { Turn } from "../policy.ts";
import { observationOf } from "../testing/turns.ts";
import { cameraObservation, type CameraObservationOptions } from "./camera-observation.ts";
import { deltaXyzDecoder } from "./decoders.ts";
import { NdArray } from "./nd-array.ts";
import { resizeWithPad } from "./resize-with-pad.ts";
import { chunkOf, fakeModel } from "./testing/fake-model.ts";
import { vlaPolicy } from "./vla-policy.ts";

const scene: PaintedCamera = { name: "scene", width: 4, height: 2, paint: (column, row) => [10 * column, 100 * row, 7] };
const cameras = { "observation/image": "scene" };

/** What these cameras show, and how often they were asked. */
function through(painted: readonly PaintedCamera[]) {
  const sensors = paintedSensors(painted);
  const eyes = new Eyes(sensors);
  return { asked: sensors.asked, look: (request: CaptureRequest) => eyes.take(request) };
}

const turnWith = (look: Turn["look"]): Turn => ({
  goal: "go right",
  observation: observationOf(),
  last: undefined,
  signal: new AbortController().signal,
  ...(look === undefined ? {} : { look }),
});

const right = [0.1, 0, 0, 0, 0, 0, 0];

function policyShowing(options: CameraObservationOptions, more: { readonly modelTimeoutMs?: number } = {}) {
  const model = fakeModel(({ observationId }) => chunkOf(observationId, [right]));
  return { model, policy: vlaPolicy({ model, decoder: deltaXyzDecoder(), nowMs: () => 0, observe: cameraObservation(options), ...more }) };
}

describe("what a model is shown of cameras", () => {
  test("policies row 30 red, green and blue as the camera saw them, rows from the top, beside the state", async () => {
    const { look } = through([scene]);
    const shown = await cameraObservation({ cameras })(observationOf(), look);
    const image = shown["observation/image"];
    expect(image).toBeInstanceOf(NdArray);
    expect(image).toMatchObject({ dtype: "|u1", shape: [2, 4, 3] });
    expect([...(image as NdArray).bytes].slice(0, 6)).toEqual([0, 0, 7, 10, 0, 7]);
    expect([...(image as NdArray).bytes].slice(-3)).toEqual([30, 100, 7]);
    expect(shown).toHaveProperty("observation/state");
  });

  test("policies row 30 in the size asked for, whole and undistorted; one camera under two names is asked once", async () => {
    const { look, asked } = through([scene, { name: "wrist" }]);
    const shown = await cameraObservation({ cameras: { a: "scene", b: "scene", c: "wrist" }, size: [6, 8], state: () => ({}) })(
      observationOf(),
      look,
    );
    expect(Object.keys(shown)).toEqual(["a", "b", "c"]);
    expect(asked).toEqual(["scene", "wrist"]);
    const plain = await cameraObservation({ cameras })(observationOf(), look);
    const pixels = (plain["observation/image"] as NdArray).bytes;
    expect([...(shown["a"] as NdArray).bytes]).toEqual([...resizeWithPad(pixels, { height: 2, width: 4 }, { height: 6, width: 8 })]);
  });

  test("a name that is taken and a size that cannot be are refused", async () => {
    expect(() => cameraObservation({ cameras: { prompt: "scene" } })).toThrow(/'prompt' is what every request says/);
    for (const size of [
      [0, 224],
      [224, 1.5],
      [224, 5000],
      [Number.NaN, 1],
    ] as const)
      expect(() => cameraObservation({ cameras, size })).toThrow(/cannot be; 1 to 4096 each way/);
    await expect(async () => cameraObservation({ cameras: { objects: "scene" } })(observationOf(), through([scene]).look)).rejects.toThrow(
      /'objects' is part of the state/,
    );
  });

  test("policies row 30 every request shows pictures taken for it, and its chunk names its observation", async () => {
    const { look, asked } = through([{ name: "scene" }]);
    const { policy, model } = policyShowing({ cameras });
    const first = await policy.propose(turnWith(look));
    if (first.kind !== "intent") throw new Error("nothing was proposed");
    expect(first.intent.basedOn).toBe("obs-1");
    const last = { intent: first.intent, status: "ok", message: "", gate: "", observation: {} } as const;
    const second = await policy.propose({ ...turnWith(look), observation: { ...observationOf(), id: "obs-2" }, last });
    expect(second).toMatchObject({ kind: "intent", intent: { basedOn: "obs-2" } });
    expect(asked).toEqual(["scene", "scene"]);
    const blue = model.asked.map(({ observation }) => (observation["observation/image"] as NdArray).bytes[2]);
    expect(blue).toEqual([1, 2]);
  });

  test.for([
    ["a camera that is not there", [scene], { "observation/image": "roof" }, /no camera 'roof'; there are scene$/],
    ["a camera that throws", [{ name: "scene", broken: "no light" }], cameras, /no picture of camera 'scene': no light$/],
  ] as const)("policies row 30 %s: the model is not asked, and nothing moves", async ([, painted, named, problem]) => {
    const { policy, model } = policyShowing({ cameras: named });
    const end = await policy.propose(turnWith(through(painted).look));
    expect(end).toMatchObject({ kind: "done", reached: false, message: expect.stringMatching(problem) });
    expect([model.asked, policy.stats().terminated]).toEqual([[], "unseen"]);
  });

  test("policies row 30 where nobody can look, and where a camera never answers, nothing moves either", async () => {
    const { policy } = policyShowing({ cameras });
    expect(await policy.propose(turnWith(undefined))).toMatchObject({ kind: "done", message: expect.stringMatching(/nobody can look/) });
    const { policy: waiting, model } = policyShowing({ cameras }, { modelTimeoutMs: 5 });
    const end = await waiting.propose(turnWith(() => new Promise(() => undefined)));
    expect(end).toMatchObject({ kind: "done", reached: false, message: expect.stringMatching(/no answer within 5 ms/) });
    expect(model.asked).toEqual([]);
  });
});
