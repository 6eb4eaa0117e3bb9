import { performance } from "node:perf_hooks";
import { Answer, answerRecord, readAnswer } from "../src/kernel/channel/answer-codec.ts";
import { answerRing, ChannelServer, requestRing } from "../src/kernel/channel/channel-server.ts";
import { createChannelMemory } from "../src/kernel/channel/memory.ts";
import { RequestWriter } from "../src/kernel/channel/request-codec.ts";
import type { Command } from "../src/kernel/command.ts";
import type { KernelOptions } from "../src/kernel/kernel-options.ts";
import { createKernel, type Kernel } from "../src/kernel/kernel.ts";
import { openKernelProcess } from "../src/kernel/node/kernel-process.ts";
import { openKernelWorker } from "../src/kernel/node/kernel-worker.ts";
import { pandaLike } from "../src/robot/testing/panda-like.ts";
import type { BenchOptions } from "./main.ts";
import { timeEach, type Timing } from "./measure.ts";
import type { Row } from "./report.ts";

const robot = pandaLike();
const config: KernelOptions = { robot, gripper: false, modes: ["joint_position"] };
const state = { nowMs: 0, measuredRad: robot.homeRad };

/** 16 rows of the arm at rest, as a chunk of motion has them. */
const rows = new Float64Array(16 * 7);
for (let row = 0; row < 16; row++) rows.set(robot.homeRad, row * 7);
let seq = 0;

function command(): Command {
  seq += 1;
  return { mode: "joint_position", rows, width: 7, periodMs: 10, seq, basedOnSeq: 0, validUntilMs: 1 };
}

/** A kernel elsewhere, from the call of `vet` to the marked command in hand. */
export async function channelRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const n = quick ? 5000 : 100_000;
  const here = vetting(createKernel(config), n);
  const worker = await openKernelWorker(config, { deadlineMs: 5000, silenceMs: 60_000 });
  const thread = vetting(worker, n);
  const growth = heapGrowth(worker, quick ? 100_000 : 1_000_000);
  worker.close();
  const process = await openKernelProcess(config, { deadlineMs: 5000, silenceMs: 60_000 });
  const apart = vetting(process, quick ? 2000 : 20_000);
  process.close();
  const what = "Panda, 16 rows";
  return [
    { what: `kernel in this thread, ${what}`, measured: here.medianUs, unit: "µs", note: `p99 ${here.p99Us.toFixed(1)} µs` },
    {
      what: `kernel in a worker: round trip incl. check, ${what}`,
      measured: thread.medianUs,
      unit: "µs",
      limit: 100,
      note: `p99 ${thread.p99Us.toFixed(0)} µs`,
    },
    { what: `kernel in a process: the same`, measured: apart.medianUs, unit: "µs", note: `p99 ${apart.p99Us.toFixed(0)} µs` },
    {
      what: `heap growth in this thread over ${growth.n} chunks, worker`,
      measured: growth.bytes / 1024,
      unit: "KiB",
      limit: 64,
      note: `${(growth.bytes / growth.n).toFixed(3)} bytes a chunk`,
    },
    ...ringAllocation(),
  ];
}

function vetting(kernel: Kernel, n: number): Timing {
  return timeEach(n, () => {
    const verdict = kernel.vet(command(), state);
    if (verdict.kind !== "vetted") throw new Error(verdict.reason);
  });
}

/** What is still there after a collection, beyond what was there before. */
function heapGrowth(kernel: Kernel, n: number): { readonly bytes: number; readonly n: number } {
  vetting(kernel, 10_000);
  const before = used();
  for (let i = 0; i < n; i++) kernel.vet(command(), state);
  return { bytes: Math.max(0, used() - before), n };
}

function used(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Both ends of the rings in one thread with a judge that passes everything: what the channel itself allocates. */
function ringAllocation(): readonly Row[] {
  const memory = createChannelMemory();
  const pass = { judge: (): void => undefined };
  const server = new ChannelServer({ memory, judge: pass, nowMs: () => 0 });
  server.open();
  const [requests, answers] = [requestRing(memory), answerRing(memory)];
  const writer = new RequestWriter(memory.shape);
  const record = answerRecord();
  const answer = new Answer();
  const one = command();
  let sound = true;
  const roundTrip = (): void => {
    writer.write(one, state);
    requests.put(writer.record, writer.length);
    server.poll();
    answers.take(record);
    sound &&= readAnswer(record, answers.length, answer);
  };
  for (let i = 0; i < 50_000; i++) roundTrip();
  const n = 200_000;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const startedMs = performance.now();
  for (let i = 0; i < n; i++) roundTrip();
  const us = ((performance.now() - startedMs) * 1000) / n;
  const bytes = (process.memoryUsage().heapUsed - before) / n;
  if (!sound) throw new Error("an answer was damaged");
  return [
    { what: "rings alone, both ends, no check: allocated per chunk", measured: Math.max(0, bytes), unit: "bytes", limit: 1 },
    { what: "rings alone: written, taken, answered, read", measured: us, unit: "µs" },
  ];
}
