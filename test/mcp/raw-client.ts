/**
 * A client of the 2025 protocol written by hand: JSON-RPC lines over a pipe, and over HTTP with a session and server-sent events. Nothing
 * of the SDK that the server is made of.
 * @module
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

export interface Message {
  readonly jsonrpc: "2.0";
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What the client answers to a request of the server. */
export type Answering = (method: string, params: Readonly<Record<string, unknown>>) => object;

/** The structured answer of a tool that carries out a step. */
export interface Step {
  readonly status: string;
  readonly message: string;
  readonly gate?: string;
  readonly state: { readonly position: readonly [number, number, number] };
}

export class RawClient {
  /** Everything that came, in order. */
  readonly received: Message[] = [];
  readonly #send: (message: Message) => void | Promise<void>;
  readonly #answering: Answering | undefined;
  readonly #pending = new Map<number, (answer: Message) => void>();
  #onProgress: () => void = () => undefined;
  #requests = 0;

  /** Without `answering` it says that it cannot ask anybody. */
  constructor(send: (message: Message) => void | Promise<void>, answering?: Answering) {
    this.#send = send;
    this.#answering = answering;
  }

  receive(message: Message): void {
    this.received.push(message);
    const { id, method, params = {} } = message;
    if (method === "notifications/progress") this.#onProgress();
    if (method !== undefined && id !== undefined && this.#answering !== undefined)
      void this.#send({ jsonrpc: "2.0", id, result: { ...this.#answering(method, params) } });
    if (method !== undefined || typeof id !== "number") return;
    this.#pending.get(id)?.(message);
    this.#pending.delete(id);
  }

  async initialize(): Promise<Message> {
    const capabilities = this.#answering === undefined ? {} : { elicitation: {} };
    const params = { protocolVersion: "2025-06-18", capabilities, clientInfo: { name: "by hand", version: "1" } };
    const { answer } = this.begin("initialize", params);
    const initialized = await answer;
    await this.notify("notifications/initialized");
    return initialized;
  }

  /** A request under way: its id, its answer, and its first progress. */
  begin(method: string, params: Readonly<Record<string, unknown>> = {}) {
    const id = ++this.#requests;
    const answer = new Promise<Message>((resolve) => void this.#pending.set(id, resolve));
    const moving = new Promise<void>((resolve) => {
      this.#onProgress = resolve;
    });
    const sent = this.#send({ jsonrpc: "2.0", id, method, params: { ...params, _meta: { progressToken: `p${id}` } } });
    return { id, answer, moving, sent: Promise.resolve(sent) };
  }

  async request(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Readonly<Record<string, unknown>>> {
    const { result, error } = await this.begin(method, params).answer;
    if (result === undefined) throw new Error(`${method}: ${error?.code} ${error?.message}`);
    return result;
  }

  async call(name: string, args: object = {}): Promise<Step> {
    return (await this.request("tools/call", { name, arguments: args }))["structuredContent"] as Step;
  }

  async notify(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.#send({ jsonrpc: "2.0", method, params });
  }
}

/** A server as this process's child. A line that is no message of the protocol makes `strays`. */
export function overPipe(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  answering?: Answering,
) {
  const child: ChildProcess = spawn(process.execPath, [...args], { ...options, stdio: ["pipe", "pipe", "inherit"] });
  const client = new RawClient((message) => void child.stdin?.write(`${JSON.stringify(message)}\n`), answering);
  const strays: string[] = [];
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on("line", (line) => {
      try {
        client.receive(JSON.parse(line) as Message);
      } catch {
        strays.push(line);
      }
    });
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", (code) => resolve(code));
  });
  return {
    client,
    strays,
    ended,
    /** What is sent meanwhile arrives in one piece. */
    together<T>(send: () => T): T {
      child.stdin?.cork();
      const sent = send();
      child.stdin?.uncork();
      return sent;
    },
    async [Symbol.asyncDispose]() {
      child.stdin?.end();
      await ended;
    },
  };
}

/** A session with the server at `url`. */
export function overHttp(url: string, answering?: Answering) {
  let session: string | undefined;
  const gone = new AbortController();
  const headers = (): Record<string, string> => ({
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
    ...(session === undefined ? {} : { "Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-06-18" }),
  });
  const client: RawClient = new RawClient(async (message) => {
    const response = await fetch(url, { method: "POST", headers: headers(), body: JSON.stringify(message), signal: gone.signal });
    session ??= response.headers.get("Mcp-Session-Id") ?? undefined;
    const read = response.headers.get("Content-Type")?.startsWith("text/event-stream") === true ? events(response) : whole(response);
    const receiving = read.catch(() => undefined);
    // The answer to a request comes as long as the call takes; whoever sent it does not wait for that.
    if (message.id === undefined) await receiving;
  }, answering);
  const whole = async (response: Response): Promise<void> => {
    const text = await response.text();
    if (text !== "") client.receive(JSON.parse(text) as Message);
  };
  const events = async (response: Response): Promise<void> => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
      rest = parts.pop() ?? "";
      for (const data of parts.flatMap((part) => part.split("\n")).filter((line) => line.startsWith("data: ")))
        client.receive(JSON.parse(data.slice("data: ".length)) as Message);
    }
  };
  const end = () => fetch(url, { method: "DELETE", headers: headers() });
  return { client, session: () => session, headers, end, vanish: () => gone.abort() };
}
