import type { VlaAnswer, VlaFailure } from "./vla-model.ts";

export function failed(failure: VlaFailure, problem: string): VlaAnswer & { readonly kind: "failed" } {
  return { kind: "failed", failure, problem: problem.split("\n")[0] ?? problem };
}

/**
 * Runs a request that ends when it answers, when `timeoutMs` have passed or when `signal` aborts, whichever comes first. `limit` aborts
 * in the latter two cases; whoever ignores it is not waited for. Never throws.
 */
export async function withDeadline(
  timeoutMs: number,
  signal: AbortSignal,
  run: (limit: AbortSignal) => Promise<VlaAnswer>,
): Promise<VlaAnswer> {
  if (signal.aborted) return failed("aborted", "interrupted");
  const limit = new AbortController();
  return new Promise((resolve) => {
    const end = (answer: VlaAnswer): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      resolve(answer);
      limit.abort();
    };
    const abort = (): void => end(failed("aborted", "interrupted"));
    const timer = setTimeout(() => end(failed("timeout", `no answer within ${timeoutMs} ms`)), timeoutMs);
    signal.addEventListener("abort", abort);
    run(limit.signal).then(end, (error: unknown) => end(failed("protocol", error instanceof Error ? error.message : String(error))));
  });
}
