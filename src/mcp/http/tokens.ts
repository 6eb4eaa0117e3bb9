/**
 * `CLEARANCE_MCP_TOKEN`: who may do what over HTTP.
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { AuthInfo } from "@modelcontextprotocol/server";
import { ClearanceError } from "../../core/errors.ts";
import { scopes, type Scope } from "../clients.ts";

export interface Token {
  /** SHA-256 of the token: the token itself is not kept. */
  readonly digest: Uint8Array;
  /** `token-1`, `token-2`, …: what traces and messages call its client. */
  readonly client: string;
  readonly scopes: readonly Scope[];
}

/** Shorter ones can be guessed. */
const shortest = 16;

/**
 * `TOKEN:SCOPE+SCOPE`, comma-separated.
 * @throws ClearanceError `config.invalid`; the message names tokens by their place and never quotes them
 */
export function parseTokens(text: string): readonly Token[] {
  const problems: string[] = [];
  const tokens = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part, index) => {
      const client = `token-${index + 1}`;
      const colon = part.lastIndexOf(":");
      const secret = colon < 0 ? part : part.slice(0, colon);
      const named = colon < 0 ? [] : part.slice(colon + 1).split("+");
      const allowed = scopes.filter((scope) => named.includes(scope));
      const unknown = named.length - allowed.length;
      if (allowed.length === 0 || unknown > 0) problems.push(`${client}: write TOKEN:SCOPE+SCOPE with scopes of ${scopes.join(", ")}`);
      if (secret.length < shortest) problems.push(`${client}: a token has at least ${shortest} characters`);
      return { digest: digestOf(secret), client, scopes: allowed };
    });
  if (problems.length > 0) {
    const message = problems.map((problem) => `CLEARANCE_MCP_TOKEN: ${problem}`).join("\n");
    throw new ClearanceError("config.invalid", message, { source: "CLEARANCE_MCP_TOKEN", problems });
  }
  return tokens;
}

/** Who sent `Authorization: Bearer …`; nothing for a token that is none of these. Takes as long for a near miss as for any other. */
export function authenticate(header: string | undefined, tokens: readonly Token[]): AuthInfo | undefined {
  const sent = digestOf(/^Bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "");
  let found: Token | undefined;
  for (const token of tokens) if (timingSafeEqual(sent, token.digest)) found = token;
  // The SDK's handlers see who it is and never the token.
  return found === undefined ? undefined : { token: "", clientId: found.client, scopes: [...found.scopes] };
}

function digestOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
