/** Why a model gave no answer that could be used. */
export type LlmErrorCode =
  | "unauthorized"
  | "http_error"
  | "unreachable"
  | "timeout"
  | "aborted"
  | "bad_answer"
  | "answer_too_large"
  /** The tool that had to be called was not; the message is what was said instead. */
  | "no_tool_call";

/** The model could not be asked, or what it answered cannot be read. The message is one line and never holds a key. */
export class LlmPolicyError extends Error {
  override readonly name = "LlmPolicyError";
  readonly code: LlmErrorCode;
  /** HTTP status where the endpoint gave one. */
  readonly status: number | undefined;
  /** ms after which the endpoint wants to be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(code: LlmErrorCode, message: string, facts: { readonly status?: number; readonly retryAfterMs?: number } = {}) {
    super(message);
    this.code = code;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
  }

  /** Another try may help: too many requests, a fault of the server, no connection. */
  get passing(): boolean {
    return this.code === "unreachable" || (this.code === "http_error" && (this.status === 429 || (this.status ?? 0) >= 500));
  }
}

/** The first of an error and its causes that is one of ours. */
export function ownError(error: unknown): LlmPolicyError | undefined {
  let at = error;
  for (let depth = 0; depth < 8 && at instanceof Error; depth++, at = at.cause) if (at instanceof LlmPolicyError) return at;
  return undefined;
}
