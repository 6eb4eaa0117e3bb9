import type { AskOptions } from "./ask-model.ts";

/** Waits by a timer of wall time. */
export const timerSleep: AskOptions["sleep"] = (ms, signal) =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
