/**
 * A policy server that speaks openpi's protocol: a WebSocket whose first message is the server's metadata; then a MessagePack map goes
 * out and one comes back, one at a time. A text message is an error of the server.
 * @module
 */
import { WebSocket, type RawData } from "ws";
import { failed, withDeadline } from "./deadline.ts";
import { defaultMaxMessageBytes, packNumpy, unpackNumpy, type WireMap } from "./msgpack-numpy.ts";
import { WireError } from "./nd-array.ts";
import { printableAddress, withoutSecrets, type RequestSecrets } from "./request-secrets.ts";
import { answerFrom, defaultModelTimeoutMs, isMap, type VlaAnswer, type VlaModel, type VlaRequest } from "./vla-model.ts";

/** The key is sent as `Authorization: Api-Key …`; neither it nor a header's value stands in an error. */
export interface OpenpiClientOptions extends RequestSecrets {
  /** `ws://HOST:PORT` or `wss://…`. */
  readonly url: string;
  readonly maxMessageBytes?: number;
  /** Where in the answer the actions are. */
  readonly actionsKey?: string;
}

export interface OpenpiModel extends VlaModel {
  /** Connects, where it is not connected yet. The server's metadata, or why not. Never throws. */
  connect(
    timeoutMs?: number,
  ): Promise<{ readonly ok: true; readonly metadata: WireMap } | { readonly ok: false; readonly problem: string }>;
}

/** Connects at the first request, and again at the next one after a connection was lost. */
export function openpiClient(options: OpenpiClientOptions): OpenpiModel {
  return new OpenpiClient(options);
}

interface Waiting {
  readonly id: string;
  end(answer: VlaAnswer): void;
}

/** Ids that answers are still expected for, or were had, to tell a late answer from a repeated one. */
const remembered = 64;

class OpenpiClient implements OpenpiModel {
  readonly name: string;
  readonly dropped = { late: 0, repeated: 0, older: 0 };
  readonly #options: OpenpiClientOptions;
  readonly #maxBytes: number;
  readonly #address: string;
  readonly #redact: (text: string) => string;
  #socket: WebSocket | undefined;
  #metadata: WireMap | undefined;
  #waiting: Waiting | undefined;
  #busy = false;
  /** The server names the observation in its answers, so that a late one can be told from the next. */
  #namesIds = false;
  readonly #fates = new Map<string, "answered" | "given-up">();

  constructor(options: OpenpiClientOptions) {
    this.#address = printableAddress(options.url);
    this.name = `openpi ${this.#address}`;
    this.#options = options;
    this.#redact = withoutSecrets(options);
    this.#maxBytes = options.maxMessageBytes ?? defaultMaxMessageBytes;
  }

  async connect(timeoutMs = defaultModelTimeoutMs): ReturnType<OpenpiModel["connect"]> {
    const none = new AbortController().signal;
    const answer = await withDeadline(timeoutMs, none, async (limit) => (await this.#connected(limit)) ?? noAnswer);
    if (answer.kind === "failed") return { ok: false, problem: this.#redact(answer.problem) };
    return { ok: true, metadata: this.#metadata ?? {} };
  }

  async infer(request: VlaRequest, signal: AbortSignal): Promise<VlaAnswer> {
    if (this.#busy) return failed("busy", "a request is under way; one at a time");
    this.#busy = true;
    try {
      const answer = await withDeadline(request.timeoutMs, signal, (limit) => this.#ask(request, limit));
      return answer.kind === "failed" ? { ...answer, problem: this.#redact(answer.problem) } : answer;
    } finally {
      this.#busy = false;
    }
  }

  close(): void {
    this.#drop(failed("lost", "the client was closed"));
  }

  async #ask(request: VlaRequest, limit: AbortSignal): Promise<VlaAnswer> {
    const { observationId: id, prompt, observation } = request;
    const unconnected = await this.#connected(limit);
    if (unconnected !== undefined) return unconnected;
    // Nobody waits any more, so nothing is asked whose answer could be taken for another's.
    if (limit.aborted) return failed("aborted", "interrupted");
    const message = packNumpy({ ...observation, prompt, observation_id: id });
    return new Promise((resolve) => {
      const givenUp = (): void => {
        this.#waiting = undefined;
        this.#remember(id, "given-up");
        // Nothing would tell its answer from that to the next request.
        if (!this.#namesIds) this.#drop();
      };
      limit.addEventListener("abort", givenUp);
      this.#waiting = {
        id,
        end: (answer) => {
          limit.removeEventListener("abort", givenUp);
          this.#waiting = undefined;
          this.#remember(id, "answered");
          resolve(answer);
        },
      };
      this.#socket?.send(message, { binary: true });
    });
  }

  /** Undefined once metadata has come. */
  async #connected(limit: AbortSignal): Promise<(VlaAnswer & { readonly kind: "failed" }) | undefined> {
    if (this.#socket?.readyState === WebSocket.OPEN && this.#metadata !== undefined) return undefined;
    this.#drop();
    const { url, apiKey, headers } = this.#options;
    const authorised = { ...headers, ...(apiKey === undefined ? {} : { Authorization: `Api-Key ${apiKey}` }) };
    const socket = new WebSocket(url, { headers: authorised, perMessageDeflate: false, maxPayload: this.#maxBytes });
    this.#socket = socket;
    this.#namesIds = false;
    return new Promise((resolve) => {
      const refuse = (answer: VlaAnswer & { readonly kind: "failed" }): void => {
        resolve(answer);
        if (this.#socket === socket) this.#drop(answer);
      };
      limit.addEventListener("abort", () => {
        if (this.#metadata === undefined && this.#socket === socket) this.#drop();
      });
      socket.on("error", (error) => refuse(this.#failureOf(error, this.#metadata === undefined)));
      socket.on("close", () => refuse(failed("lost", `the connection to ${this.#address} was lost`)));
      socket.on("message", (raw, binary) => {
        if (this.#socket !== socket) return;
        if (this.#metadata !== undefined) this.#hear(raw, binary);
        else {
          const problem = this.#greeting(raw, binary);
          if (problem === undefined) resolve(undefined);
          else refuse(failed("protocol", problem));
        }
      });
    });
  }

  #greeting(raw: RawData, binary: boolean): string | undefined {
    const wrong = `${this.#address} does not speak the openpi protocol`;
    if (!binary) return `${wrong}: its first message is text`;
    try {
      const metadata = unpackNumpy(bytesOf(raw), this.#maxBytes);
      if (!isMap(metadata)) return `${wrong}: its first message is not a map`;
      this.#metadata = metadata;
      return undefined;
    } catch (error) {
      return `${wrong}: ${error instanceof WireError ? error.message : String(error)}`;
    }
  }

  #hear(raw: RawData, binary: boolean): void {
    const waiting = this.#waiting;
    if (!binary) {
      const text = new TextDecoder().decode(bytesOf(raw)).trim();
      // Python's servers send a traceback, whose last line says what happened.
      return this.#drop(failed("server-error", `the server says: ${(text.split("\n").at(-1) ?? "").slice(0, 300)}`));
    }
    let answer: VlaAnswer;
    try {
      const value = unpackNumpy(bytesOf(raw), this.#maxBytes);
      this.#namesIds ||= isMap(value) && typeof value["observation_id"] === "string";
      answer = answerFrom(value, waiting?.id ?? "", this.#options.actionsKey);
    } catch (error) {
      answer = failed("malformed", error instanceof Error ? error.message : String(error));
    }
    const id = answer.kind === "chunk" ? answer.chunk.observationId : answer.kind === "none" ? answer.observationId : waiting?.id;
    if (waiting !== undefined && id === waiting.id) return waiting.end(answer);
    const fate = this.#fates.get(id ?? "");
    if (fate === "given-up") this.dropped.late++;
    else if (fate === "answered" || !this.#namesIds) this.dropped.repeated++;
    else this.dropped.older++;
    if (!this.#namesIds) this.#drop();
  }

  #remember(id: string, fate: "answered" | "given-up"): void {
    this.#fates.delete(id);
    this.#fates.set(id, fate);
    const [oldest] = this.#fates.keys();
    if (this.#fates.size > remembered && oldest !== undefined) this.#fates.delete(oldest);
  }

  #drop(answer: VlaAnswer = failed("lost", `the connection to ${this.#address} was lost`)): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#metadata = undefined;
    socket?.terminate();
    this.#waiting?.end(answer);
  }

  #failureOf(error: Error, unconnected: boolean): VlaAnswer & { readonly kind: "failed" } {
    const url = this.#address;
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH")
      return failed("too-large", `a message of ${url} has more than ${this.#maxBytes} bytes`);
    if (error.message.startsWith("Unexpected server response") || code.startsWith("WS_ERR") || code.startsWith("HPE_"))
      return failed("protocol", `${url} does not speak the openpi protocol: ${error.message}`);
    const reason = error.message === "" ? code : error.message;
    return unconnected
      ? failed("unreachable", `${url} cannot be reached: ${reason}`)
      : failed("lost", `the connection to ${url} was lost: ${reason}`);
  }
}

const noAnswer: VlaAnswer = { kind: "none", observationId: "", done: false };

function bytesOf(raw: RawData): Uint8Array {
  if (Array.isArray(raw)) return new Uint8Array(Buffer.concat(raw));
  return raw instanceof ArrayBuffer ? new Uint8Array(raw) : new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
}
