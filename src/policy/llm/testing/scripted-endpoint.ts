/**
 * An HTTP endpoint on a real socket that answers from a script, in the wire format that it is asked in: OpenAI chat completions or
 * Anthropic messages.
 * @module
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ScriptedCall {
  readonly id?: string;
  readonly name: string;
  /** A string goes over the wire as it is, JSON or not. */
  readonly args?: object | string;
}

export type Scripted =
  | { readonly text?: string; readonly calls?: readonly ScriptedCall[]; readonly usage?: boolean }
  /** Never answers. */
  | "hang"
  | { readonly status: number; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
  /** The body of a 200, whatever it is. */
  | { readonly raw: string }
  /** Sends this many bytes of one answer. */
  | { readonly floodBytes: number };

/** Parsed JSON of a wire format, looked at by tests. */
// oxlint-disable-next-line typescript/no-explicit-any
type Wire = any;

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Wire;
}

export interface ScriptedEndpoint {
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  /** Requests whose client hung up before it had an answer. */
  readonly hungUp: () => number;
  close(): Promise<void>;
}

/** One answer a request, or a function of what was asked; the last answer repeats. */
export async function openScriptedEndpoint(
  script: readonly Scripted[] | ((request: SeenRequest, index: number) => Scripted),
): Promise<ScriptedEndpoint> {
  const requests: SeenRequest[] = [];
  let hungUp = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const seen: SeenRequest = { path: request.url ?? "", headers: request.headers, text, body: JSON.parse(text) };
      requests.push(seen);
      response.on("close", () => {
        if (!response.writableFinished) hungUp += 1;
      });
      const index = requests.length - 1;
      const scripted = typeof script === "function" ? script(seen, index) : script[Math.min(index, script.length - 1)]!;
      play(scripted, seen, response, index);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    hungUp: () => hungUp,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface SeenTool {
  readonly name: string;
  readonly description: string;
  readonly schema: Wire;
}

/** The tools that a request offers, in order. */
export function toolsIn({ path, body }: SeenRequest): readonly SeenTool[] {
  if (!path.endsWith("/messages"))
    return body.tools.map(({ function: { name, description, parameters } }: Wire) => ({ name, description, schema: parameters }));
  return body.tools.map(({ name, description, input_schema }: Wire) => ({ name, description, schema: input_schema }));
}

/** Ids of the calls whose results a request brings, in order. */
export function resultIdsIn({ path, body }: SeenRequest): readonly string[] {
  if (!path.endsWith("/messages"))
    return body.messages.filter(({ role }: Wire) => role === "tool").map(({ tool_call_id }: Wire) => tool_call_id);
  const parts: Wire[] = body.messages.flatMap(({ content }: Wire) => content);
  return parts.filter(({ type }) => type === "tool_result").map(({ tool_use_id }) => tool_use_id);
}

export interface SeenPicture {
  /** `user`, or the id of the call in whose result it stands. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** The pictures that a request shows, in order. */
export function picturesIn({ path, body }: SeenRequest): readonly SeenPicture[] {
  const parts = (content: Wire): Wire[] => (Array.isArray(content) ? content : []);
  const decoded = (where: string, data: string): SeenPicture => ({ where, bytes: Buffer.from(data, "base64") });
  const picture = (where: string, part: Wire): SeenPicture[] => {
    if (part.type === "image_url") return [decoded(where, part.image_url.url.replace("data:image/png;base64,", ""))];
    if (part.type === "image" && part.source.media_type === "image/png") return [decoded(where, part.source.data)];
    return part.type === "tool_result" ? parts(part.content).flatMap((inner) => picture(part.tool_use_id, inner)) : [];
  };
  const wrong = path.endsWith("/messages") ? "image_url" : "image";
  const all: Wire[] = body.messages.flatMap(({ content }: Wire) => parts(content));
  if (all.some(({ type }) => type === wrong)) throw new Error(`a part of type ${wrong} is another wire's`);
  return body.messages.flatMap(({ role, content }: Wire) => parts(content).flatMap((part) => picture(role, part)));
}

function play(scripted: Scripted, seen: SeenRequest, response: ServerResponse, index: number): void {
  if (scripted === "hang") return;
  if ("status" in scripted) {
    const { status, message = `scripted ${status}`, headers = {} } = scripted;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ type: "error", error: { type: "scripted", message } }));
    return;
  }
  response.writeHead(200, { "content-type": "application/json" });
  if ("raw" in scripted) response.end(scripted.raw);
  else if ("floodBytes" in scripted) flood(response, scripted.floodBytes);
  else response.end(JSON.stringify(seen.path.endsWith("/messages") ? anthropicAnswer(scripted, index) : openAiAnswer(scripted, index)));
}

function flood(response: ServerResponse, bytes: number): void {
  const chunk = "x".repeat(1 << 16);
  response.on("error", () => undefined);
  const more = (sent: number): void => {
    if (response.destroyed) return;
    if (sent >= bytes) response.end();
    else if (response.write(chunk)) setImmediate(more, sent + chunk.length);
    else response.once("drain", () => more(sent + chunk.length));
  };
  more(0);
}

type Words = Extract<Scripted, { readonly text?: string }>;

function openAiAnswer({ text, calls = [], usage = true }: Words, index: number): object {
  const toolCalls = calls.map(({ id, name, args = {} }, i) => ({
    id: id ?? `call_${index}_${i}`,
    type: "function",
    function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
  }));
  return {
    id: `chat-${index}`,
    object: "chat.completion",
    created: 0,
    model: "scripted",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: text ?? null, ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }) },
        finish_reason: toolCalls.length === 0 ? "stop" : "tool_calls",
      },
    ],
    ...(usage ? { usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } } : {}),
  };
}

function anthropicAnswer({ text, calls = [] }: Words, index: number): object {
  const uses = calls.map(({ id, name, args = {} }, i) => ({ type: "tool_use", id: id ?? `call_${index}_${i}`, name, input: args }));
  return {
    id: `msg-${index}`,
    type: "message",
    role: "assistant",
    model: "scripted",
    content: [...(text === undefined ? [] : [{ type: "text", text }]), ...uses],
    stop_reason: uses.length === 0 ? "end_turn" : "tool_use",
    stop_sequence: null,
    usage: { input_tokens: 100, output_tokens: 10 },
  };
}
