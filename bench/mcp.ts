/**
 * What a robot costs over a bare tool of the SDK, how fast a stop gets through, whether anything grows, and how soon each robot moves.
 * Servers run in processes of their own, on simulated time: a motion takes no longer than its computing.
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { profileNames } from "../src/profile/files.ts";
import type { BenchOptions } from "./main.ts";
import { median } from "./measure.ts";
import type { Row } from "./report.ts";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const eras = { "2025-11-25": "legacy", "2026-07-28": "auto" } as const;
type Revision = keyof typeof eras;
const clientOf = (revision: Revision) => new Client({ name: "bench", version: "1" }, { versionNegotiation: { mode: eras[revision] } });

interface Connected {
  readonly client: Client;
  close(): Promise<void>;
}

async function overPipe(what: string, revision: Revision, nodeArgs: readonly string[] = []) {
  const args = [...nodeArgs, here("mcp-server.ts"), what, "stdio"];
  const transport = new StdioClientTransport({ command: process.execPath, args, stderr: "pipe" });
  const client = clientOf(revision);
  await client.connect(transport);
  return { client, transport, close: () => client.close() };
}

async function overHttp(what: string, revision: Revision): Promise<Connected> {
  const server = spawn(process.execPath, [here("mcp-server.ts"), what, "http"], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve) => server.stdout.once("data", (line: Buffer) => resolve(line.toString().trim())));
  const client = clientOf(revision);
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return {
    client,
    async close() {
      await client.close();
      server.kill();
    },
  };
}

/** A centimetre up, and down again. */
async function move(client: Client, index: number): Promise<void> {
  const { isError, content } = await client.callTool({ name: "move_relative", arguments: { dz: index % 2 === 0 ? -0.01 : 0.01 } });
  if (isError === true) throw new Error(JSON.stringify(content));
}

/** Bare tool and robot are called by turns, so that whatever else the machine does falls on both. */
async function overhead(profile: "arm" | "gantry", transport: "stdio" | "HTTP", revision: Revision, n: number): Promise<Row> {
  const open = transport === "stdio" ? overPipe : overHttp;
  const [bare, robot] = await Promise.all([open("bare", revision), open(profile, revision)]);
  const bareMs: number[] = [];
  const robotMs: number[] = [];
  for (let i = 0; i < 2 * n; i++)
    for (const [{ client }, times] of [
      [bare, bareMs],
      [robot, robotMs],
    ] as const) {
      const startedMs = performance.now();
      await move(client, i);
      // As many calls again come first: what a call runs through is compiled late.
      if (i >= n) times.push(performance.now() - startedMs);
    }
  await Promise.all([bare.close(), robot.close()]);
  const [bareP50, robotP50] = [median(bareMs), median(robotMs)];
  return {
    what: `MCP call that moves the ${profile}, kinematic, ${transport}, ${revision}, over a bare tool, p50`,
    measured: robotP50 - bareP50,
    unit: "ms",
    limit: transport === "stdio" ? 0.3 : 1.5,
    note: `bare ${bareP50.toFixed(2)} ms, ${n} calls each`,
  };
}

const inFlight = 50;
const p99 = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(0.99 * values.length)] ?? Number.NaN;

/** Fifty calls and then a stop, all at once, again and again: with what the client needs to send them, and from the stop's own sending. */
async function stopRows(n: number): Promise<readonly Row[]> {
  const { client, transport, close } = await overPipe("gantry", "2025-11-25");
  const times: number[] = [];
  const answerTimes: number[] = [];
  let sentMs = 0;
  const send = transport.send.bind(transport);
  transport.send = (message) => {
    sentMs = performance.now();
    return send(message);
  };
  for (let i = 0; i < 2 * n; i++) {
    const x = i % 2 === 0 ? 1 : -1;
    const calls = Array.from({ length: inFlight }, () => client.callTool({ name: "move_to", arguments: { x, y: 0, z: 1 } }));
    const startedMs = performance.now();
    const { isError, content } = await client.callTool({ name: "stop", arguments: {} });
    if (isError === true) throw new Error(JSON.stringify(content));
    const answeredMs = performance.now();
    if (i >= n) {
      times.push(answeredMs - startedMs);
      answerTimes.push(answeredMs - sentMs);
    }
    await Promise.all(calls);
  }
  await close();
  const what = `stop over MCP, stdio, ${inFlight} calls in flight`;
  return [
    { what: `${what}, answer p99`, measured: p99(times), unit: "ms", limit: 5, note: `median ${median(times).toFixed(2)} ms, ${n} stops` },
    {
      what: `${what}, from its line to its answer, p99`,
      measured: p99(answerTimes),
      unit: "ms",
      note: `median ${median(answerTimes).toFixed(2)} ms`,
    },
  ];
}

interface Memory {
  readonly heapMb: number;
  readonly listeners: number;
}

async function growth(calls: number): Promise<readonly Row[]> {
  const { client, transport, close } = await overPipe("gantry", "2025-11-25", ["--expose-gc"]);
  const measure = (): Promise<Memory> =>
    new Promise((resolve) => {
      transport.stderr?.once("data", (line: Buffer) => resolve(JSON.parse(line.toString()) as Memory));
      process.kill(transport.pid ?? 0, "SIGUSR2");
    });
  let made = 0;
  const run = async (until: number): Promise<void> => {
    // Several at once, as clients do.
    const caller = async (): Promise<void> => {
      while (made < until) {
        const name = made++ % 2 === 0 ? "get_status" : "move_relative";
        const args = name === "get_status" ? {} : { dz: made % 4 === 0 ? 0.01 : -0.01 };
        await client.callTool({ name, arguments: args });
      }
    };
    await Promise.all([caller(), caller(), caller(), caller()]);
  };
  // The last two thousand steps are kept for clients to look back at.
  await run(4000);
  const before = await measure();
  await run(4000 + calls / 2);
  const halfway = await measure();
  await run(4000 + calls);
  const after = await measure();
  await close();
  const what = `over ${calls.toLocaleString("en")} MCP calls`;
  const heap = after.heapMb - before.heapMb;
  const seen = [before, halfway, after];
  const note = `${seen.map(({ heapMb }) => heapMb.toFixed(1)).join(", ")} MB at the beginning, halfway and at the end`;
  return [
    { what: `heap of the server, growth ${what}`, measured: heap, unit: "MB", limit: 2, note },
    {
      what: `listeners of the server, growth ${what}`,
      measured: after.listeners - before.listeners,
      unit: "",
      limit: 0,
      note: `${before.listeners} before`,
    },
  ];
}

function firstMotion(profile: string, n: number): Row {
  const seconds = Array.from({ length: n }, () => {
    const startedMs = performance.now();
    const child = spawnSync(process.execPath, [here("first-motion.ts"), profile], { encoding: "utf8" });
    if (child.status !== 0) throw new Error(child.stderr);
    return (performance.now() - startedMs) / 1000;
  });
  return { what: `${profile}: start of the process to its first motion`, measured: median(seconds), unit: "s", limit: 2 };
}

export async function mcpRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const n = quick ? 200 : 2000;
  const rows: Row[] = [];
  // The arm's step is most of what its call costs; the gantry's is next to nothing, and leaves what the protocol costs.
  for (const profile of ["arm", "gantry"] as const)
    for (const transport of ["stdio", "HTTP"] as const)
      for (const revision of Object.keys(eras) as Revision[]) rows.push(await overhead(profile, transport, revision, n));
  rows.push(...(await stopRows(quick ? 50 : 500)));
  rows.push(...(await growth(quick ? 4000 : 100_000)));
  for (const profile of profileNames()) rows.push(firstMotion(profile, quick ? 1 : 5));
  return rows;
}
