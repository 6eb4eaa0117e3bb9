import type { Clock } from "../core/clock.ts";

/** Wall time for hardware and for simulations that are watched. Uses only globals that Node and browsers share. */
export function realClock(): Clock {
  const startMs = performance.now();
  const epochNs = BigInt(Math.round(performance.timeOrigin + startMs)) * 1_000_000n;
  const nowMs = (): number => performance.now() - startMs;
  return {
    kind: "real",
    epochNs,
    nowMs,
    sleepUntil(atMs, signal) {
      const waitMs = atMs - nowMs();
      if (!(waitMs > 0) || signal?.aborted === true) return undefined;
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const timer = setTimeout(wake, waitMs);
        signal?.addEventListener("abort", wake);
      });
    },
  };
}
