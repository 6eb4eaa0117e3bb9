import { Random } from "../src/core/random.ts";
import { ChunkRetimer, RETIME_BRAKED, RETIME_STRETCHED, RETIME_UNCHANGED } from "../src/kernel/graded/chunk-retimer.ts";
import { Separation } from "../src/kernel/graded/separation.ts";
import { LatencyMeter } from "../src/kernel/graded/latency-meter.ts";
import type { RetimeRequest } from "../src/kernel/graded/path-limits.ts";
import { SpeedGovernor } from "../src/kernel/graded/speed-governor.ts";
import type { BenchOptions } from "./main.ts";
import { timeBatches } from "./measure.ts";
import type { Row } from "./report.ts";

const width = 7;
const nRows = 16;
const separation = { decelerationMps2: 3, intrusionM: 0.1, humanUncertaintyM: 0.05, robotUncertaintyM: 0.01 };

export function gradedRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const batches = quick ? 50 : 400;
  return Promise.resolve([...retiming(batches), ...capping(batches), heap(quick ? 20_000 : 200_000)]);
}

/** A gently turning path of 16 rows, 33 ms apart, begun at its own speed. */
function chunk(speed: number, more: Partial<RetimeRequest> = {}): RetimeRequest {
  const random = new Random("bench graded");
  const heading = Array.from({ length: width }, () => random.uniform(-1, 1));
  const rows = new Float64Array(nRows * width);
  for (let i = 0; i < rows.length; i++) {
    const j = i % width;
    rows[i] = (i >= width ? rows[i - width]! : 0) + (heading[j]! * speed + random.uniform(-0.05, 0.05)) * 0.033;
  }
  const all = (value: number): Float64Array => new Float64Array(width).fill(value);
  const limits = { lower: all(-3), upper: all(3), velocity: all(2), acceleration: all(15) };
  const startVelocity = Float64Array.from(heading, (v) => v * speed);
  return { rows, nRows, periodS: 0.033, start: all(0), startVelocity, limits, endAtRest: false, ...more };
}

function retiming(batches: number): readonly Row[] {
  const retimer = new ChunkRetimer(width);
  const cases = [
    { what: "complies", request: chunk(0.5), code: RETIME_UNCHANGED },
    { what: "stretched", request: chunk(3), code: RETIME_STRETCHED },
    { what: "braked to rest", request: chunk(1, { endAtRest: true }), code: RETIME_BRAKED },
  ];
  return cases.map(({ what, request, code }) => {
    const got = retimer.retime(request);
    if (got !== code) throw new Error(`${what}: code ${got}`);
    const { medianUs, p99Us } = timeBatches(batches, 200, () => retimer.retime(request));
    const note = `${retimer.nRows} rows out, factor ${retimer.factor.toFixed(2)}, p99 ${p99Us.toFixed(1)} µs`;
    return { what: `retime 16 × 7 rows: ${what}`, measured: medianUs, unit: "µs", note };
  });
}

function capping(batches: number): readonly Row[] {
  const it = new Separation(separation);
  let sum = 0;
  const cap = timeBatches(batches, 5000, (i) => (sum += it.largestSpeedMps(0.5 + 1e-4 * (i % 5000), 0.05)));
  const { rows, start, periodS } = chunk(1);
  const governor = new SpeedGovernor({ width, reachM: new Float64Array(9 * width).fill(0.6), separation });
  const judge = timeBatches(batches, 500, (i) =>
    governor.judge({ rows, nRows, periodS, start, humanM: 0.5 + 1e-3 * (i % 500), obstacleM: 1, reactionS: 0.05, requestedScale: 1 }),
  );
  return [
    { what: "largest speed at a separation", measured: cap.medianUs, unit: "µs", note: Number.isFinite(sum) ? "no limit" : "" },
    { what: "governor, 16 × 7 rows, 9 capsules", measured: judge.medianUs, unit: "µs", note: `p99 ${judge.p99Us.toFixed(2)} µs` },
  ];
}

/** Everything a chunk costs here, kept requests: what stays on the heap, and what the collector had to take away, show up alike. */
function heap(n: number): Row {
  const retimer = new ChunkRetimer(width);
  const governor = new SpeedGovernor({ width, reachM: new Float64Array(9 * width).fill(0.6), separation });
  const meter = new LatencyMeter();
  const request = chunk(1, { endAtRest: true, maxScale: governor.maxScale });
  const ask = { ...request, humanM: 1.5, obstacleM: 1, reactionS: 0.05, requestedScale: 1 };
  const run = (): void => {
    governor.judge(ask);
    retimer.retime(request);
    meter.record(1.25);
  };
  for (let i = 0; i < 20_000; i++) run();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < n; i++) run();
  const bytes = (process.memoryUsage().heapUsed - before) / n;
  return { what: "governor + retime + meter: heap growth without a collection", measured: Math.max(0, bytes), unit: "B/chunk", limit: 1 };
}
