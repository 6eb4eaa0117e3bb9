// A policy server to try `clearance run --policy vla` against: `node examples/vla-server/server.mjs [PORT]`.
// It speaks openpi's protocol on ws://127.0.0.1:PORT and OpenVLA's REST on http://127.0.0.1:PORT/act; port 8000 unless given.
import { createServer } from "node:http";
import { decode, Encoder } from "@msgpack/msgpack";
import { WebSocketServer } from "ws";
import { act } from "./expert.mjs";

const port = Number(process.argv[2] ?? 8000);
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

function answer(request) {
  const { prompt, instruction, objects, observation_id } = request;
  return { ...act({ prompt: prompt ?? instruction, state: request["observation/state"], objects }), observation_id };
}

const http = createServer((request, response) => {
  if (request.url !== "/act") return response.writeHead(404).end();
  if (request.method !== "POST") return response.writeHead(405).end();
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (piece) => (body += piece));
  request.on("end", () => {
    try {
      const text = JSON.stringify(answer(lists(JSON.parse(body))));
      response.writeHead(200, { "content-type": "application/json" }).end(text);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  return undefined;
});

new WebSocketServer({ server: http, maxPayload: 64 * 1024 * 1024 }).on("connection", (socket) => {
  socket.send(encoder.encode({ name: "scripted expert", action_dim: 7 }));
  socket.on("message", (data) => {
    try {
      const request = lists(decode(data, { mapKeyConverter: keyText }));
      socket.send(encoder.encode(answer(request)));
    } catch (error) {
      socket.send(`scripted expert: ${String(error)}`);
      socket.close(1011);
    }
  });
});

http.listen(port, "127.0.0.1", () => {
  const at = `127.0.0.1:${http.address().port}`;
  console.log(`scripted expert at ws://${at} (openpi) and http://${at}/act (OpenVLA)`);
});
