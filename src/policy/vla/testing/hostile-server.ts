import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { packNumpy, unpackNumpy, type WireMap } from "../msgpack-numpy.ts";
import { isMap } from "../vla-model.ts";

export interface HostileServer extends AsyncDisposable {
  readonly url: string;
  /** Requests heard, over all connections. */
  readonly heard: readonly WireMap[];
  readonly connections: number;
  /** Of each connection's first request. */
  readonly headers: readonly IncomingHttpHeaders[];
}

/** Speaks openpi's protocol as far as `onRequest` lets it; `greet` says the first message. */
export async function hostileServer(
  onRequest: (socket: WebSocket, request: WireMap, index: number) => void,
  greet: (socket: WebSocket) => void = (socket) => socket.send(packNumpy({ server: "hostile" })),
): Promise<HostileServer> {
  const http = createServer((_request, response) => response.writeHead(426).end());
  const server = new WebSocketServer({ server: http, maxPayload: 64 * 1024 * 1024 });
  const heard: WireMap[] = [];
  const headers: IncomingHttpHeaders[] = [];
  server.on("connection", (socket, request) => {
    headers.push(request.headers);
    socket.on("error", () => undefined);
    socket.on("message", (raw: Buffer) => {
      const request = unpackNumpy(new Uint8Array(raw));
      if (!isMap(request)) throw new Error("the client sent no map");
      heard.push(request);
      onRequest(socket, request, heard.length - 1);
    });
    greet(socket);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    heard,
    headers,
    get connections() {
      return headers.length;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
