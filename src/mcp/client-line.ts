import type { RequestId } from "@modelcontextprotocol/server";
import { isJsonObject, type JsonObject } from "../core/json.ts";

/** The tools that stop; `step` does with the name of the primitive. */
const stopTools = new Set(["stop", "primitive_stop"]);
/** What begins a connection: the order of these is the protocol's. */
const openings = new Set(["initialize", "notifications/initialized", "server/discover"]);

/** One line of a client, newline included, as far as it matters for its place. Read only where a look at its bytes says that it may. */
export class ClientLine {
  readonly bytes: Buffer;
  /** Cancellations of it that came while it waited. */
  readonly cancellations: ClientLine[] = [];
  /** Of a stop its number, where it overtook others; else that of the first stop that overtook this one. */
  stop: number | undefined;
  #said: JsonObject | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Nothing for what is no request. */
  get id(): RequestId | undefined {
    const { method, id } = this.#message;
    return typeof method === "string" && (typeof id === "string" || typeof id === "number") ? id : undefined;
  }

  /** Whether it asks for a stop. A spelling in which nobody writes, `"\u0073top"`, is one like any other to the protocol, and waits. */
  get stops(): boolean {
    if (!this.bytes.includes('stop"') || this.id === undefined || this.#message["method"] !== "tools/call") return false;
    const { name, arguments: args } = this.#params;
    return typeof name === "string" && (stopTools.has(name) || (name === "step" && isJsonObject(args) && args["name"] === "stop"));
  }

  /** The request that it cancels. */
  get cancels(): RequestId | undefined {
    if (!this.bytes.includes('cancelled"') || this.#message["method"] !== "notifications/cancelled") return undefined;
    const { requestId } = this.#params;
    return typeof requestId === "string" || typeof requestId === "number" ? requestId : undefined;
  }

  get opens(): boolean {
    if (!this.bytes.includes("initialize") && !this.bytes.includes("server/discover")) return false;
    const { method } = this.#message;
    return typeof method === "string" && openings.has(method);
  }

  get #params(): JsonObject {
    const { params } = this.#message;
    return isJsonObject(params) ? params : {};
  }

  /** Empty for what is no object: the protocol says so when it is handed the line. */
  get #message(): JsonObject {
    this.#said ??= messageIn(this.bytes);
    return this.#said;
  }
}

function messageIn(bytes: Buffer): JsonObject {
  try {
    const message: unknown = JSON.parse(bytes.toString("utf8"));
    return isJsonObject(message) ? message : {};
  } catch {
    return {};
  }
}
