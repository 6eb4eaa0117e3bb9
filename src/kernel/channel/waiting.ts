/**
 * Waiting for a word of shared memory: by blocking where the host allows it, by a promise, or not at all.
 * @module
 */

/** Not on the main thread of a browser. */
export function canBlock(): boolean {
  try {
    // The value differs, so this returns at once where it does not throw.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

interface AsyncWaiting {
  waitAsync(words: Int32Array, index: number, value: number, timeoutMs: number): { readonly value: string | Promise<string> };
}

function hasWaitAsync(atomics: object): atomics is AsyncWaiting {
  return "waitAsync" in atomics && typeof atomics.waitAsync === "function";
}

export function canWaitAsync(): boolean {
  return hasWaitAsync(Atomics);
}

/** Resolves once the word is no longer `value` and somebody said so, or after `timeoutMs`; at once where the host cannot wait. */
export function waitAsync(words: Int32Array, index: number, value: number, timeoutMs: number): Promise<unknown> {
  return Promise.resolve(hasWaitAsync(Atomics) ? Atomics.waitAsync(words, index, value, timeoutMs).value : undefined);
}
