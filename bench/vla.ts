import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { NdArray, openpiClient, packNumpy, unpackNumpy } from "../src/policy/vla/index.ts";
import type { BenchOptions } from "./main.ts";
import { timeEach, timeEachAsync } from "./measure.ts";
import type { Row } from "./report.ts";

/** A policy server in this process that reads two images and answers at once: what the wire costs, without a model. */
export async function vlaRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", maxPayload: 16 * 1024 * 1024 });
  await new Promise((resolve) => server.once("listening", resolve));
  const actions = NdArray.float32(new Float32Array(50 * 7), [50, 7]);
  server.on("connection", (socket) => {
    socket.send(packNumpy({}));
    socket.on("message", (raw: Buffer) => {
      unpackNumpy(raw);
      socket.send(packNumpy({ actions }));
    });
  });
  const pixels = Uint8Array.from({ length: 224 * 224 * 3 }, (_, i) => i % 251);
  const observation = {
    "observation/image": NdArray.image(pixels, 224, 224),
    "observation/wrist_image": NdArray.image(pixels, 224, 224),
    "observation/state": NdArray.float32(new Float32Array(8)),
  };
  const { port } = server.address() as AddressInfo;
  const model = openpiClient({ url: `ws://127.0.0.1:${port}` });
  const { signal } = new AbortController();
  const ask = async (index: number): Promise<void> => {
    const answer = await model.infer({ observationId: `obs-${index}`, prompt: "pick up the cube", observation, timeoutMs: 2000 }, signal);
    if (answer.kind !== "chunk") throw new Error("no chunk came back");
  };
  const trip = await timeEachAsync(quick ? 300 : 3000, ask);
  const packed = timeEach(quick ? 500 : 3000, () => packNumpy(observation));
  model.close();
  for (const socket of server.clients) socket.terminate();
  server.close();
  const what = "two 224 x 224 images, 50 actions back";
  return [
    {
      what: `openpi round trip, no inference, ${what}`,
      measured: trip.medianUs,
      unit: "µs",
      limit: 1000,
      note: `p99 ${trip.p99Us.toFixed(0)} µs`,
    },
    { what: "the same message packed", measured: packed.medianUs, unit: "µs", note: `p99 ${packed.p99Us.toFixed(0)} µs` },
  ];
}
