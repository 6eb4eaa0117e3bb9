import type { Token } from "./token.ts";

/** Why a clause failed, at the token furthest into it. */
export interface Problem {
  readonly at: number;
  readonly question: string;
  /** The words to put in place of tokens `at` up to `end`, where one is likely meant. */
  readonly instead?: string;
  readonly end?: number;
  /** A better guess at the same place replaces it. */
  readonly vague?: boolean;
}

/** Reads tokens from left to right. A rule that does not match answers undefined; {@link Cursor.attempt} then goes back. */
export class Cursor {
  readonly tokens: readonly Token[];
  at = 0;
  #problem: Problem | undefined;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Keeps the problem furthest into the text; of two at one place, the first that is not vague. Always undefined, for `return`. */
  report(problem: Problem): undefined {
    const kept = this.#problem;
    const further = kept === undefined || problem.at > kept.at;
    if (further || (problem.at === kept.at && kept.vague === true && problem.vague !== true)) this.#problem = problem;
    return undefined;
  }

  clearProblem(): void {
    this.#problem = undefined;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  /** Text of the word or number ahead, for comparison with words. */
  text(ahead = 0): string | undefined {
    const token = this.tokens[this.at + ahead];
    return token?.kind === "word" || token?.kind === "number" ? token.text : undefined;
  }

  attempt<T>(rule: () => T | undefined): T | undefined {
    const from = this.at;
    const result = rule();
    if (result === undefined) this.at = from;
    return result;
  }

  /** Takes the first of these phrases that stands here; a phrase is words with single spaces. List longer ones first. */
  take(...phrases: readonly string[]): string | undefined {
    const next = this.text();
    if (next === undefined) return undefined;
    for (const phrase of phrases) {
      if (!phrase.startsWith(next)) continue;
      const words = phrase.split(" ");
      if (words.every((each, i) => this.text(i) === each)) {
        this.at += words.length;
        return phrase;
      }
    }
    return undefined;
  }

  mark(...texts: readonly string[]): Token | undefined {
    const token = this.tokens[this.at];
    if (token?.kind !== "mark" || !texts.includes(token.text)) return undefined;
    this.at++;
    return token;
  }

  number(): number | undefined {
    const token = this.tokens[this.at];
    if (token?.kind !== "number" || token.value === undefined) return undefined;
    this.at++;
    return token.value;
  }
}
