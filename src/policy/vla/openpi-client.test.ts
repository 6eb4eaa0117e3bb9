import { describe, expect, test } from "vitest";
import { packNumpy, type WireMap, type WireValue } from "./msgpack-numpy.ts";
import { NdArray } from "./nd-array.ts";
import { openpiClient } from "./openpi-client.ts";
import { hostileServer } from "./testing/hostile-server.ts";
import type { VlaRequest } from "./vla-model.ts";

const never = new AbortController().signal;
const asking = (observationId: string, timeoutMs = 5000): VlaRequest => ({ observationId, prompt: "go", observation: {}, timeoutMs });
const actions = NdArray.float32([0.1, 0, 0, 0, 0, 0, 1], [1, 7]);
const idOf = (request: WireMap): WireValue => request["observation_id"] ?? null;

describe("an openpi server that behaves", () => {
  test("policies row 30 one request, one chunk; with or without the id of the observation; images arrive as they were sent", async () => {
    const image = NdArray.image(
      Uint8Array.from({ length: 2 * 2 * 3 }, (_, i) => i),
      2,
      2,
    );
    await using server = await hostileServer((socket, request, i) =>
      socket.send(packNumpy(i === 0 ? { actions } : { actions, observation_id: idOf(request) })),
    );
    const model = openpiClient({ url: server.url });
    expect(await model.connect()).toEqual({ ok: true, metadata: { server: "hostile" } });
    for (const id of ["obs-1", "obs-2"])
      expect(await model.infer({ ...asking(id), observation: { image } }, never)).toMatchObject({
        kind: "chunk",
        chunk: { observationId: id, rows: 1, width: 7, done: false },
      });
    expect(server.heard[0]).toEqual({ image, prompt: "go", observation_id: "obs-1" });
    expect(server.connections).toBe(1);
    model.close();
  });

  test("a second request while one is under way is refused as busy", async () => {
    await using server = await hostileServer((socket) => socket.send(packNumpy({ actions })));
    const model = openpiClient({ url: server.url });
    const [first, second] = await Promise.all([model.infer(asking("obs-1"), never), model.infer(asking("obs-2"), never)]);
    expect([first.kind, second]).toEqual(["chunk", expect.objectContaining({ failure: "busy" })]);
    model.close();
  });
});

describe("an openpi server that does not", () => {
  const answers: readonly (readonly [string, WireMap | Uint8Array, string, RegExp])[] = [
    [
      "whole numbers as actions",
      { actions: NdArray.fromBytes("<i4", [7], new Uint8Array(28)) },
      "malformed",
      /type <i4; they must be float/,
    ],
    ["three dimensions", { actions: NdArray.float32([1, 2], [1, 1, 2]) }, "malformed", /shape \[1, 1, 2\]/],
    [
      "rows of different widths",
      {
        actions: [
          [1, 2, 3],
          [1, 2],
        ],
      },
      "malformed",
      /action 1 has 2 numbers, the first has 3/,
    ],
    ["65 numbers", { actions: [Array.from({ length: 65 }, () => 0)] }, "malformed", /65 numbers; 64 at most/],
    ["1001 actions", { actions: NdArray.float32(new Float32Array(1001), [1001, 1]) }, "malformed", /1001 actions; 1000 at most/],
    ["no actions", { policy_timing: 1 }, "malformed", /no 'actions'; it has policy_timing/],
    ["text as actions", { actions: "left" }, "malformed", /not an array of numbers/],
    ["bytes that are nothing", Uint8Array.of(0xc1), "malformed", /not MessagePack/],
  ];
  test.for(answers)("policies row 30 %s: a typed refusal in one line", async ([, answer, failure, pattern]) => {
    await using server = await hostileServer((socket) => socket.send(answer instanceof Uint8Array ? answer : packNumpy(answer)));
    const model = openpiClient({ url: server.url });
    const got = await model.infer(asking("obs-1"), never);
    expect(got).toMatchObject({ kind: "failed", failure, problem: expect.stringMatching(pattern) });
    expect(got.kind === "failed" && got.problem.includes("\n")).toBe(false);
    model.close();
  });

  test("policies row 30 a text message is the server's error; the last line of its traceback is told", async () => {
    await using server = await hostileServer((socket) => socket.send("Traceback (most recent call last):\n  …\nKeyError: 'image'"));
    const model = openpiClient({ url: server.url });
    expect(await model.infer(asking("obs-1"), never)).toMatchObject({
      failure: "server-error",
      problem: "the server says: KeyError: 'image'",
    });
    model.close();
  });

  test("policies row 30 50 MB are refused, and the next request connects again", async () => {
    await using server = await hostileServer((socket, _request, i) =>
      socket.send(i === 0 ? new Uint8Array(50 * 1024 * 1024) : packNumpy({ actions })),
    );
    const model = openpiClient({ url: server.url });
    expect(await model.infer(asking("obs-1"), never)).toMatchObject({ failure: "too-large" });
    expect(await model.infer(asking("obs-2"), never)).toMatchObject({ kind: "chunk" });
    expect(server.connections).toBe(2);
    model.close();
  });

  test("policies row 30 one that never answers fails at the deadline; its late answer is not taken for the next one's", async () => {
    let held: (() => void) | undefined;
    await using server = await hostileServer((socket, request, i) => {
      const answer = packNumpy({ actions, observation_id: idOf(request) });
      if (i === 1) held = () => socket.send(answer);
      else {
        held?.();
        socket.send(answer);
      }
    });
    const model = openpiClient({ url: server.url });
    expect((await model.infer(asking("obs-1"), never)).kind).toBe("chunk");
    expect(await model.infer(asking("obs-2", 30), never)).toMatchObject({ failure: "timeout", problem: "no answer within 30 ms" });
    expect(await model.infer(asking("obs-3"), never)).toMatchObject({ chunk: { observationId: "obs-3" } });
    expect(model.dropped).toEqual({ late: 1, repeated: 0, older: 0 });
    expect(server.connections).toBe(1);
    model.close();
  });

  test("policies row 30 without ids a deadline that passed ends the connection: nothing would tell its answer from the next", async () => {
    await using server = await hostileServer((socket, _request, i) => i > 0 && socket.send(packNumpy({ actions })));
    const model = openpiClient({ url: server.url });
    expect(await model.infer(asking("obs-1", 30), never)).toMatchObject({ failure: "timeout" });
    expect(await model.infer(asking("obs-2"), never)).toMatchObject({ kind: "chunk" });
    expect(server.connections).toBe(2);
    model.close();
  });

  test("policies row 30 yesterday's chunk and a repeated one are dropped and counted; the answer itself is taken", async () => {
    await using server = await hostileServer((socket, request, i) => {
      if (i === 1) {
        socket.send(packNumpy({ actions, observation_id: "yesterday" }));
        socket.send(packNumpy({ actions, observation_id: "obs-1" }));
      }
      socket.send(packNumpy({ actions, observation_id: idOf(request) }));
    });
    const model = openpiClient({ url: server.url });
    await model.infer(asking("obs-1"), never);
    expect(await model.infer(asking("obs-2"), never)).toMatchObject({ chunk: { observationId: "obs-2" } });
    expect(model.dropped).toEqual({ late: 0, repeated: 1, older: 1 });
    model.close();
  });

  test("policies row 30 a connection that is lost in the middle fails at once, and the next request connects again", async () => {
    await using server = await hostileServer((socket, _request, i) => (i === 0 ? socket.terminate() : socket.send(packNumpy({ actions }))));
    const model = openpiClient({ url: server.url });
    expect(await model.infer(asking("obs-1"), never)).toMatchObject({ failure: "lost" });
    expect(await model.infer(asking("obs-2"), never)).toMatchObject({ kind: "chunk" });
    model.close();
  });

  test("policies row 30 an interruption ends the request at once", async () => {
    const interrupt = new AbortController();
    await using server = await hostileServer(() => interrupt.abort());
    const model = openpiClient({ url: server.url });
    expect(await model.infer(asking("obs-1"), interrupt.signal)).toMatchObject({ failure: "aborted" });
    model.close();
  });

  test("a server that greets with text, with a number, or not at all does not speak openpi", async () => {
    for (const greet of ["hello", packNumpy(5)]) {
      await using server = await hostileServer(
        () => undefined,
        (socket) => socket.send(greet),
      );
      const model = openpiClient({ url: server.url });
      expect(await model.connect()).toMatchObject({ ok: false, problem: expect.stringContaining("does not speak the openpi protocol") });
    }
    await using silent = await hostileServer(
      () => undefined,
      () => undefined,
    );
    expect(await openpiClient({ url: silent.url }).connect(30)).toEqual({ ok: false, problem: "no answer within 30 ms" });
  });

  test("nobody there: unreachable, one line, and no key in it", async () => {
    const { url } = await (async () => {
      await using server = await hostileServer(() => undefined);
      return server;
    })();
    const got = await openpiClient({ url, apiKey: "secret" }).infer(asking("obs-1"), never);
    expect(got).toMatchObject({ failure: "unreachable", problem: expect.stringMatching(/^ws:\S+ cannot be reached: [^\n]*ECONNREFUSED/) });
    expect(JSON.stringify(got)).not.toContain("secret");
  });

  test("a key and headers go with the request, and stand in no error, however it is worded", async () => {
    const secrets = { apiKey: "key-0123456789", headers: { "X-Tenant": "tenant-0123456789" } };
    await using server = await hostileServer((socket) => socket.send(`KeyError: key-0123456789 of tenant-0123456789`));
    const url = server.url.replace("ws://", "ws://ann:password-1@");
    const model = openpiClient({ url, ...secrets });
    const got = await model.infer(asking("obs-1"), never);
    expect(got).toMatchObject({ failure: "server-error", problem: "the server says: KeyError: [secret] of [secret]" });
    expect(server.headers[0]).toMatchObject({ authorization: "Api-Key key-0123456789", "x-tenant": "tenant-0123456789" });
    model.close();
    await server[Symbol.asyncDispose]();
    const gone = await openpiClient({ url, ...secrets }).connect();
    expect(gone).toMatchObject({ ok: false, problem: expect.stringMatching(/cannot be reached/) });
    expect(`${JSON.stringify(gone)} ${model.name}`).not.toMatch(/password|0123456789/);
  });
});
