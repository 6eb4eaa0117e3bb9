/**
 * What clients hear without asking: that the state changed, and that there are other tools. Clients of the newer revision over HTTP
 * listen to the bus; a connection that stays is told through its own server.
 * @module
 */
import { InMemoryServerEventBus, ProtocolError, ProtocolErrorCode, type McpServer } from "@modelcontextprotocol/server";
import { canonicalJson, type JsonObject } from "../core/json.ts";

export const stateUri = "clearance://state";
/** Between two notices of a state that keeps changing, ms. */
export const stateNoticeEveryMs = 500;

/** What of a state is new at every look, whether anything happened or not. */
const passing = new Set(["id", "at_ms", "age_ms"]);

/** Does it again and again; returns how to end that. */
export type Repeat = (task: () => void, everyMs: number) => () => void;

interface Followed {
  readonly era: "legacy" | "modern";
  /** Whether its client may look. */
  readonly observes: boolean;
  /** Puts the tools that there are now in place, of which its SDK tells the client. */
  readonly refreshTools: () => void;
}

interface Follower {
  /** Whether it wants to hear of the state. */
  subscribed: boolean;
  readonly refreshTools: () => void;
}

export class News {
  readonly bus = new ListenedBus(() => this.#arrange());
  readonly #look: () => Promise<JsonObject>;
  readonly #everyMs: number;
  readonly #repeat: Repeat;
  readonly #followers = new Map<McpServer, Follower>();
  #end: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #state: string | undefined;

  constructor(look: () => Promise<JsonObject>, everyMs: number, repeat: Repeat = onTimer) {
    this.#look = look;
    this.#everyMs = everyMs;
    this.#repeat = repeat;
  }

  /** A server whose connection stays, until it is closed. */
  follow(server: McpServer, { era, observes, refreshTools }: Followed): void {
    // Which subscriptions a pipe of the newer revision has is known to the SDK alone, which drops what nobody asked for.
    const follower = { subscribed: era === "modern" && observes, refreshTools };
    this.#followers.set(server, follower);
    server.server.onclose = () => {
      this.#followers.delete(server);
      this.#arrange();
    };
    if (era === "legacy" && observes) this.#serveSubscriptions(server, follower);
    this.#arrange();
  }

  toolsChanged(): void {
    this.bus.publish({ kind: "tools_list_changed" });
    for (const { refreshTools } of this.#followers.values()) refreshTools();
  }

  /** Tells of the state if it is another than at the last look. Never rejects; nothing is told of a state that cannot be measured. */
  lookAgain(): Promise<void> {
    this.#looking ??= this.#compare().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  close(): void {
    this.#followers.clear();
    this.#stop();
  }

  #serveSubscriptions({ server }: McpServer, follower: Follower): void {
    const change = (subscribed: boolean) => async (request: { readonly params: { readonly uri: string } }) => {
      const { uri } = request.params;
      if (uri !== stateUri) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `only changes of ${stateUri} are told`, { uri });
      follower.subscribed = subscribed;
      this.#arrange();
      await this.#looking;
      return {};
    };
    server.setRequestHandler("resources/subscribe", change(true));
    server.setRequestHandler("resources/unsubscribe", change(false));
  }

  #arrange(): void {
    const wanted = this.bus.listenerCount > 0 || [...this.#followers.values()].some(({ subscribed }) => subscribed);
    if (!wanted) this.#stop();
    else if (this.#end === undefined) {
      this.#end = this.#repeat(() => void this.lookAgain(), this.#everyMs);
      void this.lookAgain();
    }
  }

  #stop(): void {
    this.#end?.();
    this.#end = undefined;
    this.#state = undefined;
  }

  async #compare(): Promise<void> {
    const state = await this.#look().then(lasting, () => undefined);
    if (state === undefined || this.#end === undefined) return;
    const before = this.#state;
    this.#state = state;
    if (before === undefined || before === state) return;
    this.bus.publish({ kind: "resource_updated", uri: stateUri });
    for (const [{ server }, { subscribed }] of this.#followers)
      // A client that is gone is no longer told; its server closes by itself.
      if (subscribed) server.sendResourceUpdated({ uri: stateUri }).catch(() => undefined);
  }
}

class ListenedBus extends InMemoryServerEventBus {
  readonly #changed: () => void;

  constructor(changed: () => void) {
    super();
    this.#changed = changed;
  }

  override subscribe(listener: Parameters<InMemoryServerEventBus["subscribe"]>[0]): () => void {
    const leave = super.subscribe(listener);
    this.#changed();
    return () => {
      leave();
      this.#changed();
    };
  }
}

function lasting(state: JsonObject): string {
  return canonicalJson(Object.fromEntries(Object.entries(state).filter(([key]) => !passing.has(key))));
}

function onTimer(task: () => void, everyMs: number): () => void {
  const timer = setInterval(task, everyMs).unref();
  return () => clearInterval(timer);
}
