/**
 * The worker thread of `openKernelWorker`: makes the kernel from plain data and serves until the channel is closed.
 * @module
 */
import { performance } from "node:perf_hooks";
import { workerData } from "node:worker_threads";
import { judgeOf } from "../channel/answer-codec.ts";
import { ChannelServer } from "../channel/channel-server.ts";
import { openChannelMemory } from "../channel/memory.ts";
import { createKernel } from "../kernel.ts";
import { announce, setupFrom } from "./worker-start.ts";

const { buffer, config, silenceMs, beatMs } = setupFrom(workerData);
const server = announce(config, () => {
  const kernel = createKernel(config);
  const nowMs = (): number => performance.now();
  const made = new ChannelServer({ memory: openChannelMemory(buffer), judge: judgeOf(kernel), nowMs, silenceMs });
  made.open();
  return { modes: kernel.modes, serve: () => made.serve(beatMs) };
});
while (server?.serve() === true);
