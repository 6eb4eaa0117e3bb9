import type { Random } from "./random.ts";

/** A version 4 UUID (RFC 9562) from a seeded stream: unique within what the seeds make unique, and the same on a replay. */
export function uuidV4(random: Random): string {
  let hex = "";
  for (let i = 0; i < 4; i++) hex += random.uint32().toString(16).padStart(8, "0");
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
