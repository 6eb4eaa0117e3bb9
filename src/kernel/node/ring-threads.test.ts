import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { requestRing } from "../channel/channel-server.ts";
import { createChannelMemory, WORD } from "../channel/memory.ts";
import { RING } from "../channel/slot-ring.ts";
import { wordRecord } from "../channel/word-record.ts";

test("channel 11 two threads, one ring, twenty thousand entries: each arrives once, whole and in order", { timeout: 60_000 }, async () => {
  const memory = createChannelMemory({ nSlots: 4, maxNumbers: 16, maxJoints: 4 });
  const ring = requestRing(memory);
  const count = 20_000;
  const producer = new Worker(new URL("./testing/ring-producer.ts", import.meta.url), {
    workerData: { buffer: memory.buffer, count },
    execArgv: [],
  });
  const exited = once(producer, "exit");
  const record = wordRecord(64);
  let wrong = 0;
  for (let n = 1; n <= count;) {
    const seen = Atomics.load(memory.control, WORD.requestHead);
    const taken = ring.take(record);
    if (taken === RING.empty) {
      Atomics.wait(memory.control, WORD.requestHead, seen, 1000);
      continue;
    }
    if (!(taken === RING.ok && ring.number === n && ring.length === n % 40)) wrong += 1;
    for (let i = 0; i < ring.length; i++) if (record.numbers[i] !== n + i / 64) wrong += 1;
    n += 1;
  }
  expect(wrong).toBe(0);
  expect(ring.take(record)).toBe(RING.empty);
  expect(await exited).toEqual([0]);
});
