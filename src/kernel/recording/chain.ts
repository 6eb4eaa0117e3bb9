/**
 * The hash chain of a recording: every line carries the hash of itself and of all before it, so that none can be changed, left out,
 * put in or moved without a break. It proves order and wholeness from the first line on; that the last lines were not cut off, only a
 * last hash shows that was kept elsewhere.
 *
 *     chain[n] = SHA-256( chain[n − 1] ⏎ line n without its chain ),   chain[0] = 64 zeros
 *
 * @module
 */
import { sha256Hex } from "../../core/sha256.ts";

export const CHAIN_START = "0".repeat(64);
const sealed = /^\{"chain":"([0-9a-f]{64})",/;

/** `line`: one JSON object with at least one field. Answers the line with its chain, and the chain. */
export function sealLine(before: string, line: string): { readonly line: string; readonly chain: string } {
  const chain = linked(before, line);
  return { line: `{"chain":"${chain}",${line.slice(1)}`, chain };
}

/** The chain that a line states, and whether it follows on `before`; nothing for a line without one. */
export function checkSeal(before: string, line: string): { readonly chain: string; readonly follows: boolean } | undefined {
  const found = sealed.exec(line);
  const chain = found?.[1];
  if (found === null || chain === undefined) return undefined;
  return { chain, follows: linked(before, `{${line.slice(found[0].length)}`) === chain };
}

function linked(before: string, line: string): string {
  return sha256Hex(`${before}\n${line}`);
}
