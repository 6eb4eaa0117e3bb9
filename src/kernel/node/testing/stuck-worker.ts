/**
 * A kernel worker whose judge hangs: it tells that it began, and never ends.
 * @module
 */
import { performance } from "node:perf_hooks";
import { workerData } from "node:worker_threads";
import { ChannelServer } from "../../channel/channel-server.ts";
import { openChannelMemory } from "../../channel/memory.ts";
import { announce, setupFrom } from "../worker-start.ts";

/** Control words that the channel leaves free. */
export const judging = 140;
const gate = 141;

if (workerData !== null) {
  const { buffer, config, silenceMs, beatMs } = setupFrom(workerData);
  const memory = openChannelMemory(buffer);
  const serving = announce(config, () => {
    const judge = {
      judge(): void {
        Atomics.store(memory.control, judging, 1);
        Atomics.notify(memory.control, judging);
        Atomics.wait(memory.control, gate, 0);
      },
    };
    const server = new ChannelServer({ memory, judge, nowMs: () => performance.now(), silenceMs });
    server.open();
    return { modes: new Set(config.modes), server };
  });
  while (serving?.server.serve(beatMs) === true);
}
