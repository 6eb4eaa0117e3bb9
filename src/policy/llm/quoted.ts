/**
 * What came from the robot, its sensors and the names of things is data. It is shown to a model as JSON, cut to size, without the
 * invisible characters in which instructions hide, and it cannot close the block it stands in.
 * @module
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { Observation } from "../../core/observation.ts";

const maxText = 400;
const maxItems = 64;
const maxDepth = 8;

/** One line of text without control and format characters, at most `length` long. */
export function cleanText(text: string, length = maxText): string {
  const plain = text.slice(0, 4 * length).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]+/gu, " ");
  return plain.length > length ? `${plain.slice(0, length - 1)}…` : plain;
}

/** The same of everything inside a value. */
export function cleanData(value: JsonValue, depth = 0): JsonValue {
  if (typeof value === "string") return cleanText(value);
  if (typeof value === "number") return Math.round(value * 1e4) / 1e4;
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maxDepth) return "…";
  if (Array.isArray(value)) {
    const items = value.slice(0, maxItems).map((item: JsonValue) => cleanData(item, depth + 1));
    return value.length > maxItems ? [...items, `… ${value.length - maxItems} more`] : items;
  }
  if (!isJsonObject(value)) return null;
  const entries = Object.entries(value);
  const kept = entries.slice(0, maxItems).map(([key, item]) => [cleanText(key, 100), cleanData(item, depth + 1)] as const);
  if (entries.length > maxItems) kept.push(["…", `${entries.length - maxItems} more`]);
  return Object.fromEntries(kept);
}

export function cleanObject(value: JsonObject): JsonObject {
  const clean = cleanData(value);
  return isJsonObject(clean) ? clean : {};
}

/** What a policy may know of the moment: metres and radians. */
export function stateFor({ worldFromTip, qRad, gripper, objects }: Observation): JsonObject {
  return cleanObject({
    tip_in_world_m: worldFromTip.position,
    q_rad: qRad,
    ...(gripper === undefined ? {} : { gripper_opening: gripper.opening, holding: gripper.holding }),
    objects: objects.map(({ name, worldFromObject }) => ({ name, position_m: worldFromObject.position })),
  });
}

/** A block of data in a message of the user's. `<` is escaped inside, so nothing in it can end it. */
export function quoted(value: JsonValue): string {
  return `<data>\n${JSON.stringify(cleanData(value)).replaceAll("<", "\\u003c")}\n</data>`;
}
