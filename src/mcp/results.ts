/**
 * What tools answer: the same facts as structured content and as text, since many clients show a model only the text.
 * @module
 */
import type { CallToolResult } from "@modelcontextprotocol/server";
import * as z from "zod";
import type { ImageStore } from "../core/capture.ts";
import { isJson } from "../core/is-json.ts";
import { isJsonObject, toJsonValue, type JsonObject } from "../core/json.ts";
import type { StepRecord } from "../trace/records.ts";
import { pictureContent } from "./pictures.ts";

/** An object that may hold anything, spelled so that every client's reader of schemas sees that it is meant. */
export const anyObject = z.looseObject({}).meta({ additionalProperties: true });

export const stepAnswer = z.object({
  status: z.enum(["ok", "error", "blocked", "timeout", "stopped"]),
  message: z.string(),
  observation: anyObject,
  state: anyObject.nullable(),
  duration_ms: z.number(),
  gate: z.string().optional().describe("who refused"),
  code: z.string().optional().describe("why, for a program"),
});

/** With the pictures that the record refers to, taken from `images`. */
export function stepResult({ result, decision, stateAfter }: StepRecord, images: ImageStore): CallToolResult {
  const { status, message, observation, durationMs } = result;
  const refused = decision.action === "deny" ? { gate: decision.gateName, code: decision.code } : {};
  const answer = plain({ status, message, observation, state: stateAfter, duration_ms: durationMs, ...refused });
  const { content, ...rest } = answered(answer, `${status}: ${message}`);
  return { ...rest, content: [...content, ...pictureContent(observation, images)], isError: status !== "ok" };
}

/** `first`: what a model should read before the rest. */
export function answered(answer: JsonObject, first?: string): CallToolResult {
  const texts = [...(first === undefined ? [] : [first]), JSON.stringify(answer)];
  return { content: texts.map((text) => ({ type: "text", text })), structuredContent: answer };
}

export function failed(text: string): CallToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

/** As it is where it is plain data already, which costs a tenth of a copy. */
export function plain(value: unknown): JsonObject {
  const data = isJson(value) ? value : toJsonValue(value).value;
  return isJsonObject(data) ? data : {};
}
