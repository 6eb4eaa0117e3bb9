// A policy server to try `clearance run --policy vla` against: `node examples/vla-server/server.mjs [PORT] [--model FILE.onnx]`.
// It speaks openpi's protocol on ws://127.0.0.1:PORT and OpenVLA's REST on http://127.0.0.1:PORT/act; port 8000 unless given.
// Without a model it is a scripted expert; expert.onnx beside it is a network that train.mjs taught to do the same.
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { decode, Encoder } from "@msgpack/msgpack";
import { WebSocketServer } from "ws";
import { act as expert } from "./expert.mjs";

const { values, positionals } = parseArgs({ options: { model: { type: "string" } }, allowPositionals: true });
const port = Number(positionals[0] ?? 8000);
if (!(Number.isInteger(port) && port >= 0 && port < 65536)) {
  console.error(`'${positionals[0]}' is no port; give a number up to 65535`);
  process.exit(2);
}
const act = values.model === undefined ? expert : await network(values.model);
const title = values.model === undefined ? "scripted expert" : values.model;

async function network(path) {
  const { onnxPolicy } = await import("./onnx-policy.mjs");
  try {
    return await onnxPolicy(path);
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}
const encoder = new Encoder();

/** NumPy arrays of float32 become lists; binary keys become text. */
const keyText = (key) => (typeof key === "string" ? key : new TextDecoder().decode(key));
function lists(value) {
  if (Array.isArray(value)) return value.map(lists);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (value.__ndarray__ === true) return Array.from(new Float32Array(Uint8Array.from(value.data).buffer));
  if (value.__numpy__ !== undefined)
    return Array.from(new Float32Array(Uint8Array.from(atob(value.__numpy__), (c) => c.charCodeAt(0)).buffer));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, lists(item)]));
}

async function answer(request) {
  const { prompt, instruction, objects, observation_id } = request;
  return { ...(await act({ prompt: prompt ?? instruction, state: request["observation/state"], objects })), observation_id };
}

async function answerHttp(body, response) {
  try {
    const text = JSON.stringify(await answer(lists(JSON.parse(body))));
    response.writeHead(200, { "content-type": "application/json" }).end(text);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function answerSocket(data, socket) {
  try {
    const request = lists(decode(data, { mapKeyConverter: keyText }));
    socket.send(encoder.encode(await answer(request)));
  } catch (error) {
    socket.send(`${title}: ${String(error)}`);
    socket.close(1011);
  }
}

const http = createServer((request, response) => {
  if (request.url !== "/act") return response.writeHead(404).end();
  if (request.method !== "POST") return response.writeHead(405).end();
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (piece) => (body += piece));
  request.on("end", () => void answerHttp(body, response));
  return undefined;
});

const sockets = new WebSocketServer({ server: http, maxPayload: 64 * 1024 * 1024 });
sockets.on("error", (error) => {
  console.error(error.code === "EADDRINUSE" ? `port ${port} is taken; give another` : error.message);
  process.exit(2);
});
sockets.on("connection", (socket) => {
  socket.send(encoder.encode({ name: title, action_dim: 7 }));
  socket.on("message", (data) => void answerSocket(data, socket));
});

http.listen(port, "127.0.0.1", () => {
  const at = `127.0.0.1:${http.address().port}`;
  console.log(`${title} at ws://${at} (openpi) and http://${at}/act (OpenVLA)`);
});
