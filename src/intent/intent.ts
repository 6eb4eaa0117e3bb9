import type { JsonObject } from "../core/json.ts";

/** What a policy asks for. Everything a model emits is parsed into this once, at one border (`parseIntent`), and frozen deeply. */
export interface Intent {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
  readonly rationale: string;
  /** The observation it answers. */
  readonly basedOn?: string;
  /** Later than this after that observation it is dropped and recorded, never applied. */
  readonly validForMs?: number;
}
