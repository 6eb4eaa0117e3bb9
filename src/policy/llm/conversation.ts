/**
 * What was said so far, in the shape both wire formats accept: after an answer with calls comes one message with a result for each.
 * The goal always stays; what is old is shortened first and dropped last, pictures before words.
 * @module
 */
import type { ModelMessage, ToolResultPart } from "ai";
import type { StoredImage } from "../../core/capture.ts";
import { deepFreeze, isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { ModelAnswer, ModelCall } from "./ask-model.ts";
import { partsOf, pictureTokens, shownBefore, type TalkPicture } from "./pictures.ts";
import { cleanText } from "./quoted.ts";

/** Characters a token stands for: on the safe side for JSON with numbers. */
const charactersPerToken = 3;
const maxEchoedInput = 4000;
const maxEchoedText = 2000;

export interface ConversationOptions {
  /** Estimated, pictures included. */
  readonly budgetTokens: number;
  /** Pictures at once, the newest. */
  readonly maxImages: number;
  /** The wire format takes pictures inside a tool's result; else they follow in a message of the user's. */
  readonly picturesInResults: boolean;
}

/** A message, and the pictures that belong to it. */
interface Entry {
  /** Frozen. */
  readonly message: ModelMessage;
  /** Of the message as JSON. */
  readonly characters: number;
  pictures: readonly TalkPicture[];
}

function entryOf(message: ModelMessage, pictures: readonly TalkPicture[] = []): Entry {
  return { message: deepFreeze(message), characters: JSON.stringify(message).length, pictures };
}

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #entries: Entry[] = [];
  #results: ToolResultPart[] = [];
  #resultPictures: TalkPicture[] = [];

  constructor(goal: string, options: ConversationOptions) {
    this.#options = options;
    this.say(goal);
  }

  say(text: string): void {
    this.#entries.push(entryOf({ role: "user", content: text }));
  }

  heard({ text, calls }: Pick<ModelAnswer, "text" | "calls">): void {
    const said = text.slice(0, maxEchoedText);
    const words = said.trim() === "" ? [] : [{ type: "text" as const, text: said }];
    const content = [...words, ...calls.map(echo)];
    if (content.length > 0) this.#entries.push(entryOf({ role: "assistant", content }));
  }

  answer(call: ModelCall, value: JsonObject, pictures: readonly TalkPicture[] = []): void {
    this.#results.push({ type: "tool-result", toolCallId: call.id, toolName: wireName(call.name), output: { type: "json", value } });
    this.#resultPictures.push(...pictures);
  }

  /** The results so far become a message: before the model is asked again. */
  flush(): void {
    if (this.#results.length > 0) this.#entries.push(entryOf({ role: "tool", content: this.#results }, this.#resultPictures));
    this.#results = [];
    this.#resultPictures = [];
  }

  /** Beside what was said last, which is not the model's. */
  show(pictures: readonly TalkPicture[]): void {
    const last = this.#entries.at(-1);
    if (last !== undefined) last.pictures = [...last.pictures, ...pictures];
  }

  /** Within the budget, if that can be had without the goal and the last exchange. A copy; the messages themselves are frozen. */
  get messages(): readonly ModelMessage[] {
    this.#forgetPictures();
    this.#shorten();
    this.#drop();
    return this.#entries.flatMap((entry) => rendered(entry, this.#options.picturesInResults));
  }

  /** The pictures in `messages`, as it was last read. */
  get pictures(): readonly StoredImage[] {
    return this.#entries.flatMap(({ pictures }) => pictures.flatMap(({ image }) => image ?? []));
  }

  #tokens(): number {
    let [characters, tokens] = [0, 0];
    for (const entry of this.#entries) {
      const { pictures } = entry;
      characters += entry.characters;
      for (const picture of pictures) {
        characters += picture.facts.length + picture.missing.length;
        tokens += pictureTokens(picture);
      }
    }
    return tokens + characters / charactersPerToken;
  }

  #fits(): boolean {
    return this.#tokens() <= this.#options.budgetTokens;
  }

  /** Index of the last exchange, which stays as it is. */
  #lastAnswer(): number {
    return this.#entries.findLastIndex(({ message }) => message.role === "assistant");
  }

  /** All but the newest; and of what was said before the last exchange the oldest first, while the budget is exceeded. */
  #forgetPictures(): void {
    let shown = this.#entries.flatMap(({ pictures }) => pictures).filter(({ image }) => image !== undefined).length;
    for (const [i, entry] of this.#entries.entries())
      entry.pictures.forEach((picture, at) => {
        if (picture.image === undefined) return;
        const old = i < this.#lastAnswer() && !this.#fits();
        if (!old && shown <= this.#options.maxImages) return;
        entry.pictures = entry.pictures.with(at, shownBefore(picture));
        shown -= 1;
      });
  }

  #shorten(): void {
    for (let i = 1; i < this.#lastAnswer() && !this.#fits(); i++) {
      const entry = this.#entries[i]!;
      if (entry.message.role !== "tool") continue;
      const content = entry.message.content.map((part) => (part.type === "tool-result" ? shortened(part) : part));
      this.#entries[i] = entryOf({ role: "tool", content });
    }
  }

  #drop(): void {
    while (!this.#fits() && this.#lastAnswer() > 1) {
      // An exchange goes as a whole: a result without its call is refused by every endpoint.
      const next = this.#entries.findIndex(({ message }, i) => i > 1 && message.role === "assistant");
      this.#entries.splice(1, Math.max(1, next - 1));
    }
  }
}

function rendered({ message, pictures }: Entry, inResults: boolean): ModelMessage[] {
  if (pictures.length === 0) return [message];
  if (message.role === "tool") {
    const own = (callId: string) => (inResults ? pictures.filter((picture) => picture.callId === callId) : []);
    const content = message.content.map((part) => (part.type === "tool-result" ? withPictures(part, own(part.toolCallId)) : part));
    const rest = pictures.filter(({ callId }) => !inResults || callId === undefined);
    const after: ModelMessage[] = rest.length === 0 ? [] : [{ role: "user", content: rest.flatMap(partsOf) }];
    return [{ role: "tool", content }, ...after];
  }
  if (message.role !== "user" || typeof message.content !== "string") return [message];
  return [{ role: "user", content: [{ type: "text", text: message.content }, ...pictures.flatMap(partsOf)] }];
}

function withPictures(part: ToolResultPart, pictures: readonly TalkPicture[]): ToolResultPart {
  if (pictures.length === 0 || part.output.type !== "json") return part;
  const text = JSON.stringify(part.output.value);
  return { ...part, output: { type: "content", value: [{ type: "text", text }, ...pictures.flatMap(partsOf)] } };
}

function echo({ id, name, input }: ModelCall) {
  const small = isJsonObject(input) && JSON.stringify(input).length <= maxEchoedInput;
  return { type: "tool-call" as const, toolCallId: id, toolName: wireName(name), input: small ? input : {} };
}

function shortened(part: ToolResultPart): ToolResultPart {
  const { output } = part;
  const value: JsonValue = output.type === "json" ? (output.value as JsonValue) : null;
  if (!isJsonObject(value)) return part;
  const { status = "", message } = value;
  const brief = typeof message === "string" ? cleanText(message, 80) : "";
  return { ...part, output: { type: "json", value: { status, message: brief, shortened: true } } };
}

/** Endpoints refuse a history with a name they would not have taken as a tool's. */
function wireName(name: string): string {
  const safe = name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64);
  return safe === "" ? "_" : safe;
}
