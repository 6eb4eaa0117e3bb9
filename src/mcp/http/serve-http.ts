/**
 * Streamable HTTP at `/mcp`. Closed by default: loopback alone, known hosts and origins alone, and tokens wherever others can reach it.
 *
 *     socket ─▶ token (401) ─▶ Host, Origin (403) ─▶ body limit (413) ─▶ scope (403) ─▶ tool
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isIP } from "node:net";
import { hostHeaderValidation, originValidation, toNodeHandler, type NodeIncomingMessageLike } from "@modelcontextprotocol/node";
import { createMcpHandler, isLegacyRequest, type AuthInfo } from "@modelcontextprotocol/server";
import { ClearanceError } from "../../core/errors.ts";
import { robotService, type McpServerSettings, type RobotService } from "../robot-server.ts";
import type { ServedRobot } from "../served-robot.ts";
import { LegacySessions } from "./legacy-sessions.ts";
import { authenticate, type Token } from "./tokens.ts";

/** Longest request body, bytes. */
const maxRequestBodySize = 1_048_576;
const path = "/mcp";

export interface HttpSettings extends McpServerSettings {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** None: every client may do everything, which a loopback address alone accepts. */
  readonly tokens: readonly Token[];
  /** Names under which the server is reached besides the loopback ones, as `Host` and `Origin` say them, without a port. */
  readonly allowedHosts?: readonly string[];
  readonly log: (line: string) => void;
}

export interface HttpServing {
  /** Where it listens. */
  readonly url: string;
  /** Calls under way or waiting for a person. */
  readonly running: () => number;
  close(): Promise<void>;
}

/** @throws ClearanceError `config.invalid` for an address that others can reach, without a token */
export function serveOverHttp(robot: ServedRobot, settings: HttpSettings): Promise<HttpServing> {
  return serveServiceOverHttp(robotService(robot, settings), settings);
}

/** The same for a service that is there already. */
export async function serveServiceOverHttp(service: RobotService, settings: HttpSettings): Promise<HttpServing> {
  const { factory, running, bus, close: closeService } = service;
  const { host, port, tokens, log } = settings;
  refuseOpenBind(host, tokens);
  const onerror = (error: Error): void => log(error.message);
  const modern = createMcpHandler(factory, { legacy: "reject", maxRequestBodySize, onerror, bus });
  const sessions = new LegacySessions(factory, maxRequestBodySize);
  const route = async (request: Request, options: { readonly authInfo?: AuthInfo } = {}): Promise<Response> =>
    (await isLegacyRequest(request, undefined, { maxRequestBodySize }))
      ? sessions.fetch(request, options.authInfo)
      : modern.fetch(request, options);
  const handle = toNodeHandler({ fetch: route }, { maxRequestBodySize, onerror });
  const guard = guardOf(settings);
  const server = createServer((request, response) => {
    const admitted = guard(request, response);
    if (admitted === undefined) return;
    // The SDK's type asks for absent where Node says undefined; it reads both alike.
    void handle(Object.assign(request, { auth: admitted.auth }) as NodeIncomingMessageLike, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${bound}${path}`,
    running,
    async close() {
      closeService();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await modern.close();
      await sessions.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function refuseOpenBind(host: string, tokens: readonly Token[]): void {
  if (isLoopback(host) || tokens.length > 0) return;
  const problem = `${host} can be reached by others, and no token is set; give CLEARANCE_MCP_TOKEN, or bind to 127.0.0.1`;
  throw new ClearanceError("config.invalid", problem, { source: "http", problems: [problem] });
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

interface Admitted {
  readonly auth: AuthInfo | undefined;
}

/** Answers what may not go on, and then says nothing. */
function guardOf({ host, tokens, allowedHosts = [] }: HttpSettings) {
  const names = ["localhost", "127.0.0.1", "[::1]", isIP(host) === 6 ? `[${host}]` : host, ...allowedHosts];
  const [hostAllowed, originAllowed] = [hostHeaderValidation(names), originValidation(names)];
  return (request: IncomingMessage, response: ServerResponse): Admitted | undefined => {
    const auth = tokens.length === 0 ? undefined : authenticate(request.headers.authorization, tokens);
    if (tokens.length > 0 && auth === undefined) {
      refuse(response, 401, "a known token is needed: Authorization: Bearer …", { "WWW-Authenticate": 'Bearer error="invalid_token"' });
      return undefined;
    }
    if (!hostAllowed(request, response) || !originAllowed(request, response)) return undefined;
    if (request.url?.split("?")[0] !== path) {
      refuse(response, 404, `nothing is here; the server is at ${path}`);
      return undefined;
    }
    return { auth };
  };
}

function refuse(response: ServerResponse, status: number, message: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code: -32_000, message }, id: null }));
}
