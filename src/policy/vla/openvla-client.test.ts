import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { writeJsonNumpy } from "./json-numpy.ts";
import { NdArray } from "./nd-array.ts";
import { openvlaClient } from "./openvla-client.ts";
import type { VlaRequest } from "./vla-model.ts";

const never = new AbortController().signal;
const asking = (timeoutMs = 5000): VlaRequest => ({
  observationId: "obs-1",
  prompt: "go",
  observation: { image: NdArray.image(Uint8Array.of(1, 2, 3), 1, 1) },
  timeoutMs,
});

async function restServer(answer: (body: string, response: ServerResponse, headers: IncomingHttpHeaders) => void) {
  const server = createServer((request: IncomingMessage, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => {
      body += piece;
    });
    request.on("end", () => answer(body, response, request.headers));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/act`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const action = writeJsonNumpy({ a: NdArray.float64([0.1, 0, 0, 0, 0, 0, 1]) }).slice('{"a":'.length, -1);
const chunk = { kind: "chunk", chunk: { observationId: "obs-1", width: 7 } };

describe("OpenVLA's REST", () => {
  test("policies row 30 the request is what its server reads", async () => {
    let heard = "";
    await using server = await restServer((body, response) => {
      heard = body;
      response.end(action);
    });
    const model = openvlaClient({ url: server.url, unnormKey: "bridge_orig" });
    expect(await model.infer(asking(), never)).toMatchObject(chunk);
    expect(JSON.parse(heard)).toEqual({
      image: { __numpy__: "AQID", dtype: "|u1", shape: [1, 1, 3] },
      unnorm_key: "bridge_orig",
      instruction: "go",
      observation_id: "obs-1",
    });
    expect(await model.check()).toBeUndefined();
  });

  test.for([
    ["an array", action],
    ["several arrays, as OpenVLA-OFT sends them", `[${action},${action}]`],
    ["JSON in a string, for clients without json_numpy", JSON.stringify(action)],
    ["plain numbers", "[0.1,0,0,0,0,0,1]"],
    ["a map", '{"actions":[[0.1,0,0,0,0,0,1]],"observation_id":"obs-1"}'],
  ] as const)("policies row 30 %s is a chunk", async ([, text]) => {
    await using server = await restServer((_body, response) => response.end(text));
    expect(await openvlaClient({ url: server.url }).infer(asking(), never)).toMatchObject(chunk);
  });

  test.for([
    ["the word error, which its server sends with status 200", '"error"', "server-error"],
    ["no JSON", "<html>", "malformed"],
    ["NaN, which is no JSON", "[NaN,0,0]", "malformed"],
    ["text among the numbers", '[0.1,"0",0]', "malformed"],
    ["whole numbers of NumPy", '{"__numpy__":"AQID","dtype":"|u1","shape":[3]}', "malformed"],
    ["more than is read", "0".repeat(17 * 1024 * 1024), "too-large"],
  ] as const)("policies row 30 %s is a typed refusal", async ([, text, failure]) => {
    await using server = await restServer((_body, response) => response.end(text));
    expect(await openvlaClient({ url: server.url }).infer(asking(), never)).toMatchObject({ kind: "failed", failure });
  });

  test("policies row 30 a status that is not 200, an answer that never comes, one that breaks off, nobody there", async () => {
    await using broken = await restServer((_body, response) => response.writeHead(500).end());
    const model = openvlaClient({ url: broken.url });
    expect(await model.infer(asking(), never)).toMatchObject({ failure: "server-error", problem: expect.stringContaining("answers 500") });
    await using silent = await restServer(() => undefined);
    expect(await openvlaClient({ url: silent.url }).infer(asking(30), never)).toMatchObject({ failure: "timeout" });
    await using short = await restServer((_body, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("[0.1");
      setImmediate(() => response.destroy());
    });
    expect(await openvlaClient({ url: short.url }).infer(asking(), never)).toMatchObject({ failure: "too-large" });
    const gone = await (async () => {
      await using server = await restServer(() => undefined);
      return openvlaClient({ url: server.url });
    })();
    expect(await gone.infer(asking(), never)).toMatchObject({
      failure: "unreachable",
      problem: expect.stringMatching(/^http:[^\n]* cannot be reached/),
    });
    expect(await gone.check()).toMatch(/cannot be reached/);
  });

  test("a key and headers go with the request, and stand in no error", async () => {
    const heard: IncomingHttpHeaders[] = [];
    await using server = await restServer((_body, response, headers) => {
      heard.push(headers);
      response.end(JSON.stringify("wrong key: key-0123456789"));
    });
    const headers = { "X-Tenant": "tenant-1", "Content-Type": "text/plain" };
    const model = openvlaClient({ url: `${server.url}?token=query-0123456789`, apiKey: "key-0123456789", headers });
    expect(await model.check()).toBeUndefined();
    expect(await model.infer(asking(), never)).toMatchObject({ failure: "server-error", problem: "the server says: wrong key: [secret]" });
    expect(heard[0]).toMatchObject({ authorization: "Bearer key-0123456789", "x-tenant": "tenant-1" });
    expect(heard[1]).toMatchObject({ authorization: "Bearer key-0123456789", "content-type": "application/json" });
    expect(model.name).not.toContain("0123456789");
  });

  test("a key that is not accepted is found out before anything is loaded", async () => {
    await using server = await restServer((_body, response) => response.writeHead(401).end());
    expect(await openvlaClient({ url: server.url, apiKey: "key-0123456789" }).check()).toMatch(/does not accept the API key \(HTTP 401\)$/);
  });
});
