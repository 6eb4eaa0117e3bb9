/**
 * Who asks: what a request says of its client, and what the token behind it allows.
 * @module
 */
import { CLIENT_CAPABILITIES_META_KEY, type ClientCapabilities, type McpServer, type ServerContext } from "@modelcontextprotocol/server";
import type { Actor } from "../gate/gate.ts";

/** What a token may allow. `stop` needs none of them; `override` is kept for what no tool does yet. */
export const scopes = ["observe", "plan", "move", "approve", "override"] as const;
export type Scope = (typeof scopes)[number];

/** The one client of a pipe, or of a port without tokens, is "local". */
export function clientOf(context: ServerContext): string {
  return context.http?.authInfo?.clientId ?? "local";
}

/** The same in the trace. A client proposes, as any policy does; each pays its own budget. */
export function actorOf(client: string): Actor {
  return { role: "policy", id: `mcp:${client}`, tenant: client };
}

/** Whether a person can be asked through this client, and may answer. */
export function canAsk(server: McpServer, context: ServerContext): boolean {
  const auth = context.http?.authInfo;
  if (auth !== undefined && !auth.scopes.includes("approve" satisfies Scope)) return false;
  const envelope: Readonly<Record<string, unknown>> = context.mcpReq.envelope ?? {};
  const told = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const elicitation = (told ?? server.server.getClientCapabilities())?.elicitation;
  // Without a word on modes it is forms that are meant.
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}
