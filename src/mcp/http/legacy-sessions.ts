/**
 * Clients of the 2025 revisions over HTTP: they open a session, in which the server may ask them something.
 * @module
 */
import { randomUUID } from "node:crypto";
import { WebStandardStreamableHTTPServerTransport, type AuthInfo, type McpServerFactory } from "@modelcontextprotocol/server";

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly client: string;
}

/** Sessions kept at once; the one that was longest silent makes room. */
const most = 64;

export class LegacySessions {
  readonly #factory: McpServerFactory;
  readonly #maxBytes: number;
  /** In the order of their last request. */
  readonly #sessions = new Map<string, Session>();

  constructor(factory: McpServerFactory, maxBytes: number) {
    this.#factory = factory;
    this.#maxBytes = maxBytes;
  }

  async fetch(request: Request, authInfo?: AuthInfo): Promise<Response> {
    const options = authInfo === undefined ? {} : { authInfo };
    const client = authInfo?.clientId ?? "";
    const id = request.headers.get("mcp-session-id");
    if (id === null) return (await this.#open(client, request, authInfo)).handleRequest(request, options);
    const session = this.#sessions.get(id);
    // Another client's session is as unknown as one that never was.
    if (session === undefined || session.client !== client) return unknownSession();
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session.transport.handleRequest(request, options);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
    this.#sessions.clear();
  }

  async #open(client: string, requestInfo: Request, authInfo?: AuthInfo): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize: this.#maxBytes,
      onsessioninitialized: (id) => this.#keep(id, { transport, client }),
      onsessionclosed: (id) => void this.#sessions.delete(id),
    });
    const server = await this.#factory({ era: "legacy", requestInfo, ...(authInfo === undefined ? {} : { authInfo }) });
    await server.connect(transport);
    return transport;
  }

  #keep(id: string, session: Session): void {
    this.#sessions.set(id, session);
    const [oldest] = this.#sessions;
    if (this.#sessions.size <= most || oldest === undefined) return;
    this.#sessions.delete(oldest[0]);
    void oldest[1].transport.close();
  }
}

function unknownSession(): Response {
  const error = { code: -32_001, message: "Session not found" };
  return Response.json({ jsonrpc: "2.0", error, id: null }, { status: 404 });
}
