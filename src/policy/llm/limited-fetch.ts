/**
 * `fetch` that reads no more than it was told, follows no redirect (a key would follow along) and names its failures.
 * @module
 */
import { LlmPolicyError } from "./llm-error.ts";

/** @returns a `fetch` whose answers are whole, at most `maxBytes` long. Throws LlmPolicyError `unreachable` or `answer_too_large`. */
export function limitedFetch(endpoint: string, maxBytes: number): typeof fetch {
  return async (input, init) => {
    let response: Response;
    try {
      response = await fetch(input, { ...init, redirect: "error" });
    } catch (error) {
      init?.signal?.throwIfAborted();
      throw new LlmPolicyError("unreachable", `cannot reach ${endpoint}: ${rootCause(error)}; is the model's server running there?`);
    }
    const body = await readAtMost(response, maxBytes, endpoint, init?.signal ?? undefined);
    const { status, statusText, headers } = response;
    // What was encoded has been decoded on the way.
    const plain = new Headers(headers);
    plain.delete("content-encoding");
    plain.delete("content-length");
    return new Response(body, { status, statusText, headers: plain });
  };
}

async function readAtMost(
  response: Response,
  maxBytes: number,
  endpoint: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (!(length <= maxBytes)) throw new LlmPolicyError("answer_too_large", `the answer of ${endpoint} is longer than ${maxBytes} bytes`);
      chunks.push(value);
    }
  } catch (error) {
    if (error instanceof LlmPolicyError) {
      void reader?.cancel().catch(() => undefined);
      throw error;
    }
    signal?.throwIfAborted();
    throw new LlmPolicyError("unreachable", `${endpoint} broke off its answer: ${rootCause(error)}`);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** `fetch failed` says nothing; the cause beneath it does. */
function rootCause(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  if (!(at instanceof Error)) return String(at);
  const code = "code" in at && typeof at.code === "string" ? at.code : "";
  return at.message === "" ? code || at.name : at.message;
}
