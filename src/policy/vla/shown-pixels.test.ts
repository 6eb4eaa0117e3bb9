import { describe, expect, test } from "vitest";
import type { ShownPixels } from "../../core/capture.ts";
import { sha256Hex } from "../../core/sha256.ts";
import { runPolicy } from "../../runtime/run-policy.ts";
import { paintedSensors, withSensors } from "../../runtime/testing/painted-cameras.ts";
import { showingsIn } from "../../trace/pictures.ts";
import type { NoteRecord } from "../../trace/records.ts";
import { kinematicRobot } from "../llm/testing/robots.ts";
import { cameraObservation, type Observe } from "./camera-observation.ts";
import { deltaXyzDecoder } from "./decoders.ts";
import { packNumpy, type WireMap } from "./msgpack-numpy.ts";
import { NdArray } from "./nd-array.ts";
import { openpiClient } from "./openpi-client.ts";
import { shownPixels } from "./shown-pixels.ts";
import { hostileServer } from "./testing/hostile-server.ts";
import { vlaPolicy } from "./vla-policy.ts";

const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => i);

describe("which arrays are pictures", () => {
  const wide = NdArray.image(bytes(12), 2, 2);
  test.for<[string, WireMap, readonly Partial<ShownPixels>[]]>([
    ["rows of pixels", { a: wide }, [{ camera: "a", as: "a", width: 2, height: 2, rgb: bytes(12) }]],
    ["below a name", { images: { left: wide } }, [{ camera: "images/left", as: "images/left" }]],
    ["in a list", { images: [wide, wide] }, [{ as: "images/0" }, { as: "images/1" }]],
    [
      "planes of colours",
      { a: NdArray.fromBytes("|u1", [3, 1, 2], Uint8Array.of(1, 2, 10, 20, 100, 200)) },
      [{ width: 2, height: 1, rgb: Uint8Array.of(1, 10, 100, 2, 20, 200) }],
    ],
    ["three rows of pixels are rows", { a: NdArray.image(bytes(18), 3, 2) }, [{ width: 2, height: 3, rgb: bytes(18) }]],
    ["numbers", { a: NdArray.float32([1, 2, 3]), b: 5, c: "text", d: null }, []],
    ["grey", { a: NdArray.image(bytes(4), 2, 2, 1) }, []],
    ["nothing at all", { a: NdArray.fromBytes("|u1", [0, 4, 3], new Uint8Array(0)) }, []],
  ])("%s", ([, observation, wanted]) => {
    const found = shownPixels(observation);
    expect(found).toHaveLength(wanted.length);
    expect(found).toMatchObject(wanted);
  });

  test("the camera is the one that is named for it, and no inherited name", () => {
    const found = shownPixels({ a: wide, constructor: wide }, { a: "scene" });
    expect(found.map(({ camera }) => camera)).toEqual(["scene", "constructor"]);
  });
});

/** An arm at work for an openpi server that moves it to the right; `late`: requests that get an answer to another observation. */
async function shownOverTheWire(observe: Observe, { rows = 4, late = [] as readonly number[], last = 3 } = {}) {
  const heard: WireMap[] = [];
  await using server = await hostileServer((socket, request, i) => {
    heard.push(request);
    const observation_id = late.includes(i) ? "obs-yesterday" : (request["observation_id"] ?? null);
    const flat = Float32Array.from({ length: rows * 7 }, (_, at) => (at % 7 === 1 ? 0.01 : 0));
    const actions = NdArray.fromBytes("<f4", [rows, 7], new Uint8Array(flat.buffer));
    socket.send(packNumpy(i < last ? { actions, observation_id } : { actions, observation_id, done: true }));
  });
  const sensors = paintedSensors([{ name: "scene" }, { name: "wrist" }]);
  const robot = await kinematicRobot("arm", { wrap: { backend: (backend) => withSensors(backend, sensors) } });
  const model = openpiClient({ url: server.url });
  const policy = vlaPolicy({ model, decoder: deltaXyzDecoder(), nowMs: () => performance.now(), observe });
  const report = await runPolicy(robot.runtime, policy, "go right");
  model.close();
  const notes = robot.trace.records.filter((record): record is NoteRecord => record.kind === "note");
  return { heard, report, robot, sensors, notes, showings: showingsIn({ notes }) };
}

const hashOf = (request: WireMap, key: string): string => sha256Hex((request[key] as NdArray).bytes);

describe("what a vision-language-action model was shown", () => {
  const cameras = { "observation/image": "scene", "observation/wrist_image": "wrist" };

  test("policies row 30 the trace holds the hash of the very pixels that the server got, by the name it knows, and each step the question it answers", async () => {
    const { heard, report, robot, showings } = await shownOverTheWire(cameraObservation({ cameras, size: [4, 10] }));
    expect(report).toMatchObject({ reached: true });
    expect(showings.map(({ pictures }) => pictures.map(({ sha256 }) => sha256))).toEqual(
      heard.map((request) => Object.keys(cameras).map((key) => hashOf(request, key))),
    );
    expect(showings.map(({ observationId }) => observationId)).toEqual(heard.map((request) => request["observation_id"]));
    expect(showings[0]?.pictures).toMatchObject([
      { of: "pixels", mediaType: "image/png", camera: "scene", as: "observation/image", width: 10, height: 4 },
      { camera: "wrist", as: "observation/wrist_image" },
    ]);
    // Two actions of each chunk are carried out; the last answer says that it is done.
    const names = ["shown-1", "shown-1", "shown-2", "shown-2", "shown-3", "shown-3"];
    expect(robot.steps().map(({ shown }) => shown)).toEqual(names);
    expect(showings.at(-1)?.id).toBe("shown-4");
  });

  test("policies row 30 an answer that is dropped was shown pictures too, and no step says it came of them", async () => {
    const { showings, robot } = await shownOverTheWire(cameraObservation({ cameras }), { late: [1], rows: 1 });
    expect(showings.map(({ id }) => id)).toEqual(["shown-1", "shown-2", "shown-3", "shown-4"]);
    expect(robot.steps().map(({ shown }) => shown)).toEqual(["shown-1", "shown-3"]);
  });

  test("policies row 30 nothing is made a file, or kept in memory, for the sake of the control loop; it is told how many were not", async () => {
    const { robot, notes, showings } = await shownOverTheWire(cameraObservation({ cameras }));
    for (const { pictures } of showings) for (const { sha256 } of pictures) expect(robot.runtime.eyes.images.get(sha256)).toBeUndefined();
    expect(notes.at(-1)).toMatchObject({ note: "shown-dropped", fields: { dropped: 8, kept: 0 } });
  });

  test("policies row 30 pictures that an observation of one's own holds are found; state alone is no note", async () => {
    const own: Observe = () => ({ images: { top: NdArray.image(bytes(12), 2, 2) } });
    const { showings } = await shownOverTheWire(own, { last: 0 });
    expect(showings[0]?.pictures).toMatchObject([{ camera: "images/top", sha256: sha256Hex(bytes(12)) }]);
    const { notes, robot } = await shownOverTheWire(() => ({ state: NdArray.float32([1]) }), { last: 1 });
    expect(notes.filter(({ note }) => note.startsWith("shown"))).toEqual([]);
    expect(robot.trace.toText()).not.toContain('"shown"');
  });
});
