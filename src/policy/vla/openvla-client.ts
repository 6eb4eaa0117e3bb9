/**
 * A policy server that speaks OpenVLA's REST: `POST /act` with `{instruction, image, …}`, answered by one action or several.
 * @module
 */
import { failed, withDeadline } from "./deadline.ts";
import { readJsonNumpy, writeJsonNumpy } from "./json-numpy.ts";
import { defaultMaxMessageBytes } from "./msgpack-numpy.ts";
import { WireError } from "./nd-array.ts";
import { printableAddress, withoutSecrets, type RequestSecrets } from "./request-secrets.ts";
import { answerFrom, defaultModelTimeoutMs, isMap, type VlaAnswer, type VlaModel, type VlaRequest } from "./vla-model.ts";

/** The key is sent as `Authorization: Bearer …`; neither it nor a header's value stands in an error. */
export interface OpenvlaClientOptions extends RequestSecrets {
  /** `http://HOST:PORT/act` or `https://…`. */
  readonly url: string;
  /** Names the data set whose statistics the server un-normalises by; not sent unless given. */
  readonly unnormKey?: string;
  readonly maxMessageBytes?: number;
}

export interface OpenvlaModel extends VlaModel {
  /** Undefined where something answers at the address, else one line that says what is wrong. Never throws. */
  check(timeoutMs?: number): Promise<string | undefined>;
}

export function openvlaClient(options: OpenvlaClientOptions): OpenvlaModel {
  const { url, unnormKey, apiKey, maxMessageBytes = defaultMaxMessageBytes } = options;
  const address = printableAddress(url);
  const redact = withoutSecrets(options);
  const given = new Headers(options.headers);
  if (apiKey !== undefined) given.set("authorization", `Bearer ${apiKey}`);
  const posted = new Headers(given);
  posted.set("content-type", "application/json");
  let busy = false;

  const act = async (request: VlaRequest, limit: AbortSignal): Promise<VlaAnswer> => {
    const { observationId, prompt, observation } = request;
    const key = unnormKey === undefined ? {} : { unnorm_key: unnormKey };
    const body = writeJsonNumpy({ ...observation, ...key, instruction: prompt, observation_id: observationId });
    let response: Response;
    try {
      response = await fetch(url, { method: "POST", headers: posted, body, signal: limit, redirect: "error" });
    } catch (error) {
      return failed("unreachable", `${address} cannot be reached: ${reasonOf(error)}`);
    }
    const text = await readText(response, maxMessageBytes);
    if (text === undefined) return failed("too-large", `the answer of ${address} has more than ${maxMessageBytes} bytes, or broke off`);
    if (!response.ok) return failed("server-error", `${address} answers ${response.status} ${response.statusText}`.trim());
    return judged(text, observationId);
  };

  return {
    name: `openvla ${address}`,
    dropped: { late: 0, repeated: 0, older: 0 },
    async infer(request, signal) {
      if (busy) return failed("busy", "a request is under way; one at a time");
      busy = true;
      try {
        const answer = await withDeadline(request.timeoutMs, signal, (limit) => act(request, limit));
        return answer.kind === "failed" ? { ...answer, problem: redact(answer.problem) } : answer;
      } finally {
        busy = false;
      }
    },
    async check(timeoutMs = defaultModelTimeoutMs) {
      try {
        const response = await fetch(url, { headers: given, signal: AbortSignal.timeout(timeoutMs), redirect: "error" });
        await response.body?.cancel();
        if (response.status === 401 || response.status === 403) return `${address} does not accept the API key (HTTP ${response.status})`;
        return response.status === 404 ? `${address} does not speak OpenVLA's REST: it answers 404` : undefined;
      } catch (error) {
        return redact(`${address} cannot be reached: ${reasonOf(error)}`);
      }
    },
    close: () => undefined,
  };
}

function judged(text: string, askedId: string): VlaAnswer {
  try {
    let value = readJsonNumpy(text);
    if (typeof value === "string") {
      // Clients without json_numpy are answered with JSON in a string; a failure is the word "error", with status 200.
      if (!/^\s*[[{]/.test(value)) return failed("server-error", `the server says: ${value.split("\n")[0]?.slice(0, 300) ?? ""}`);
      value = readJsonNumpy(value);
    }
    return answerFrom(isMap(value) ? value : { actions: value }, askedId);
  } catch (error) {
    return failed("malformed", error instanceof WireError ? error.message : String(error));
  }
}

/** Undefined for more than `maxBytes`, or a body that ends early. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of response.body ?? []) {
      length += piece.byteLength;
      if (length > maxBytes) return undefined;
      pieces.push(piece);
    }
  } catch {
    return undefined;
  }
  const decoder = new TextDecoder();
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join("") + decoder.decode();
}

/** `fetch` puts the reason into a cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
  return cause.message === "" ? code : cause.message;
}
