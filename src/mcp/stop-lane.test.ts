import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { STDIO_DEFAULT_MAX_BUFFER_SIZE } from "@modelcontextprotocol/server";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Overtaking } from "./overtaking.ts";
import { StopLane } from "./stop-lane.ts";

const message = (id: number | undefined, method: string, params: object = {}): string =>
  `${JSON.stringify({ jsonrpc: "2.0", ...(id === undefined ? {} : { id }), method, params })}\n`;
const call = (id: number, name = "move_to", args: object = { x: 1 }): string => message(id, "tools/call", { name, arguments: args });
const cancel = (requestId: number): string => message(undefined, "notifications/cancelled", { requestId });

/** A lane and what came out of it: turn by turn, and all in one. */
function lane() {
  const overtaking = new Overtaking();
  const stream = new StopLane(overtaking);
  const out: string[] = [];
  stream.on("data", (bytes: Buffer) => void out.push(bytes.toString("utf8")));
  const ended = new Promise<void>((resolve) => {
    stream.once("end", () => resolve());
  });
  return { stream, out, overtaking, ended };
}

async function through(chunks: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const { stream, out, ended } = lane();
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await ended;
  return out;
}

describe("what stops goes first", () => {
  test.for([
    ["stop", call(201, "stop", {})],
    ["primitive_stop", call(201, "primitive_stop", {})],
    ["step with the name of the primitive", call(201, "step", { name: "stop" })],
    ["a cancellation of what was handed on", cancel(999)],
  ] as const)("%s, behind 200 calls in one chunk, comes before them; they keep their order", async ([, stop]) => {
    const calls = Array.from({ length: 200 }, (_, i) => call(i));
    expect(await through([calls.join("") + stop])).toEqual([stop, ...calls]);
  });

  test("one that comes while others wait is handed on at once; those go on one a turn of the event loop", async () => {
    const { stream, out } = lane();
    stream.write([0, 1, 2, 3].map((id) => call(id)).join(""));
    expect(out).toEqual([call(0)]);
    await nextTurn();
    expect(out).toEqual([call(0), call(1)]);
    stream.write(call(4) + call(5, "stop", {}));
    expect(out.at(-1)).toBe(call(5, "stop", {}));
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    expect(out.slice(3)).toEqual([2, 3, 4].map((id) => call(id)));
  });

  test("stops and cancellations among themselves keep their order", async () => {
    const lines = [call(0, "stop", { reason: "one" }), cancel(0), call(1, "stop", { reason: "two" }), cancel(9)];
    expect(await through([call(5) + call(6) + lines.join("")])).toEqual([...lines, call(5), call(6)]);
  });

  test("nothing goes before what opens the connection", async () => {
    const opening = [message(0, "initialize", { protocolVersion: "2025-06-18" }), message(undefined, "notifications/initialized")];
    const [stop, lost] = [call(8, "stop", {}), cancel(77)];
    const lines = [...opening, call(1), call(2), stop, lost];
    expect(await through([lines.join("")])).toEqual([...opening, stop, lost, call(1), call(2)]);
    const discover = message(0, "server/discover");
    expect(await through([call(4) + discover + call(1) + stop])).toEqual([call(4), discover, stop, call(1)]);
  });

  test("a cancellation waits for what it cancels, and comes with it", async () => {
    const { stream, out } = lane();
    stream.write(call(0) + call(1) + call(2) + cancel(1));
    expect(out).toEqual([call(0)]);
    await nextTurn();
    expect(out).toEqual([call(0), call(1), cancel(1)]);
    await nextTurn();
    expect(out.at(-1)).toBe(call(2));
  });
});

describe("calls that a stop went past", () => {
  async function noted(lines: readonly string[]) {
    const parts = lane();
    parts.stream.write(lines.join(""));
    for (const _ of lines) await nextTurn();
    return parts.overtaking;
  }

  test("end with it once it has been carried out, and those that came later do not", async () => {
    const overtaking = await noted([call(0), call(1), call(2), call(3, "stop", {}), call(4)]);
    expect([0, 1, 2, 4].map((id) => overtaking.ended(id))).toEqual([false, false, false, false]);
    overtaking.carriedOut(3);
    expect([0, 1, 2, 4].map((id) => overtaking.ended(id))).toEqual([true, true, true, false]);
    overtaking.forget(1);
    expect([overtaking.ended(1), overtaking.size]).toEqual([false, 3]);
  });

  test("of several stops any later one ends a call, and an earlier one does not", async () => {
    const first = await noted([call(0), call(1, "stop", {}), call(2), call(3, "stop", {})]);
    first.carriedOut(1);
    expect([first.ended(0), first.ended(2)]).toEqual([true, false]);
    const second = await noted([call(0), call(1, "stop", {}), call(2), call(3, "stop", {})]);
    second.carriedOut(3);
    expect([second.ended(0), second.ended(2)]).toEqual([true, true]);
    second.carriedOut(1);
    expect(second.ended(2)).toBe(true);
  });

  test("a stop that is never carried out ends nothing, and a cancellation is none", async () => {
    const refused = await noted([call(0), call(1, "stop", {})]);
    refused.carriedOut(77);
    expect(refused.ended(0)).toBe(false);
    const cancelled = await noted([call(0), call(1), cancel(9)]);
    expect(cancelled.size).toBe(0);
  });
});

describe("only whole lines change places", () => {
  test.for([
    ["its words in another call's arguments", call(1, "emit_event", { message: '{"method":"tools/call","params":{"name":"stop"}}' })],
    ["its name as another tool's argument", call(1, "move_to", { name: "stop", tool: "stop" })],
    ["its name as another method's", message(1, "prompts/get", { name: "stop", arguments: {} })],
    ["its name as a value elsewhere", message(1, "tools/call", { _meta: { name: "stop" }, name: "state" })],
    ["a request for a step of another name", call(1, "step", { name: "emit_event", args: { kind: "stop" } })],
    ["what is no request", message(undefined, "tools/call", { name: "stop", arguments: {} })],
    ["a list of messages", `[${call(1, "stop", {}).trim()}]\n`],
    ["what is no JSON", `{"method":"tools/call","params":{"name":"stop"\n`],
    ["a cancellation of nothing", message(undefined, "notifications/cancelled", { reason: "cancelled" })],
  ] as const)("%s is no stop and waits", async ([, line]) => {
    expect(await through([call(0) + call(7) + line + call(8)])).toEqual([call(0), call(7), line, call(8)]);
  });

  test("whatever is sent, in whatever chunks: the same lines come out, and what does not stop keeps its order", async () => {
    const line = fc.oneof(
      fc.nat(9).map((id) => call(id)),
      fc.nat(9).map((id) => call(id, "stop", {})),
      fc.nat(9).map(cancel),
      fc.constantFrom(
        "\n",
        "\r\n",
        "garbage\n",
        "{}\r\n",
        message(undefined, "notifications/initialized"),
        call(3, "état", { ß: 'stöp"' }),
      ),
    );
    const sent = fc.array(line, { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(sent, fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 20 }), async (lines, cuts) => {
        const bytes = Buffer.from(lines.join(""));
        const chunks: Buffer[] = [];
        let from = 0;
        for (const cut of [...cuts, bytes.length]) {
          if (from < bytes.length) chunks.push(bytes.subarray(from, from + cut));
          from += cut;
        }
        const out = await through(chunks);
        const stopping = (text: string): boolean => text.includes('"stop"') || text.includes("notifications/cancelled");
        expect(out.toSorted()).toEqual(lines.toSorted());
        expect(out.filter((text) => !stopping(text))).toEqual(lines.filter((text) => !stopping(text)));
        expect(out.filter((text) => text.includes('"stop"'))).toEqual(lines.filter((text) => text.includes('"stop"')));
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test("a stop in pieces is one when it is whole, and the end of the line may be CRLF", async () => {
    const { stream, out } = lane();
    const stop = call(9, "stop", {}).replace("\n", "\r\n");
    stream.write(call(0) + call(1) + stop.slice(0, 20));
    stream.write(stop.slice(20, -1));
    expect(out).toEqual([call(0)]);
    stream.write("\n");
    expect(out).toEqual([call(0), stop]);
  });
});

describe("the ends of a pipe", () => {
  test("what waits is handed on before the end, at once; a line that has no end is not", async () => {
    const { stream, out, ended } = lane();
    stream.write([0, 1, 2].map((id) => call(id)).join("") + '{"half":');
    stream.end();
    await ended;
    expect(out).toEqual([0, 1, 2].map((id) => call(id)));
  });

  test("a line that is too long is handed on as far as it came, so that the protocol says so; its rest is nobody's message", async () => {
    const long = Buffer.alloc(STDIO_DEFAULT_MAX_BUFFER_SIZE + 1, "x");
    const out = await through([call(0), long, call(1, "stop", {}), call(2)]);
    expect(out.map((line) => line.length)).toEqual([call(0).length, long.length]);
    const longest = Buffer.alloc(STDIO_DEFAULT_MAX_BUFFER_SIZE, "x");
    expect((await through([longest, `\n${call(1)}`])).map((line) => line.length)).toEqual([longest.length + 1, call(1).length]);
  });

  test("of a client that sends without end no more than a mebibyte or so waits, and all of it comes", { timeout: 60_000 }, async () => {
    const padded = call(1, "emit_event", { message: "x".repeat(65_000) });
    const many = Array.from({ length: 64 }, () => padded);
    let read = 0;
    const source = Readable.from(
      (function* () {
        for (const line of many) {
          read += 1;
          yield Buffer.from(line);
        }
      })(),
    );
    const { stream, out, ended } = lane();
    let most = 0;
    stream.on("data", () => {
      most = Math.max(most, read - out.length);
    });
    source.pipe(stream);
    await ended;
    expect(out).toEqual(many);
    // The streams on the way hold some too.
    expect(most).toBeLessThan(40);
  });

  test("a lane that is destroyed hands nothing on any more", async () => {
    const { stream, out } = lane();
    stream.write(call(0) + call(1) + call(2));
    stream.destroy(new Error("gone"));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(out).toEqual([call(0)]);
  });
});
