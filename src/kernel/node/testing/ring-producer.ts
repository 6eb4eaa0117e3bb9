/**
 * A thread that puts numbered entries into the ring of requests as fast as there is room.
 * @module
 */
import { workerData } from "node:worker_threads";
import { requestRing } from "../../channel/channel-server.ts";
import { openChannelMemory, WORD } from "../../channel/memory.ts";
import { RING } from "../../channel/slot-ring.ts";
import { wordRecord } from "../../channel/word-record.ts";

const { buffer, count } = workerData as { readonly buffer: SharedArrayBuffer; readonly count: number };
const memory = openChannelMemory(buffer);
const ring = requestRing(memory);
const record = wordRecord(64);
for (let n = 1; n <= count; n++) {
  const length = n % 40;
  for (let i = 0; i < length; i++) record.numbers[i] = n + i / 64;
  for (let seen = Atomics.load(memory.control, WORD.requestTail); ring.put(record, length) === RING.full;) {
    Atomics.wait(memory.control, WORD.requestTail, seen, 1);
    seen = Atomics.load(memory.control, WORD.requestTail);
  }
}
