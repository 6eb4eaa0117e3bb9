import { isJsonObject, toJsonValue } from "../core/json.ts";
import type { Report } from "./primitive.ts";

/** What a primitive written elsewhere answered, as a copy. @throws Error `malformed result` naming what is wrong */
export function soundReport(raw: unknown): Report {
  const { value, nonFinite, nonJson } = toJsonValue(raw);
  const lost = nonFinite[0] ?? nonJson[0];
  if (!isJsonObject(value)) throw malformed("it is not an object");
  if (lost !== undefined) throw malformed(`${lost} is not JSON`);
  const { ok, observation, message } = value;
  if (typeof ok !== "boolean") throw malformed("ok is not true or false");
  if (typeof message !== "string") throw malformed("message is not a text");
  if (!isJsonObject(observation)) throw malformed("observation is not an object");
  return { ok, observation, message };
}

function malformed(problem: string): Error {
  return new Error(`malformed result: ${problem}`);
}
