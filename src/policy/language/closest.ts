/**
 * What to say instead: the example sentence with the fewest changes of words.
 * @module
 */
import { spoken, type Lexicon, type LexiconNoun } from "./lexicon.ts";
import { mergeNumberWords } from "./number-words.ts";
import { examplesFor } from "./robot-clause.ts";
import { senseExamples } from "./sense-clause.ts";
import { negations, readSentence, type Failure } from "./sentence.ts";
import { plainText, tokenize, type Token } from "./token.ts";
import { isUnit, unitOf } from "./unit.ts";

const examples = [
  "scan",
  "go home",
  "10 cm up",
  "move up 10 cm",
  "move down 10 cm",
  "move 10 cm to the left",
  "move 10 cm to the right",
  "move forward 10 cm",
  "move back 10 cm",
  "raise the arm 10 cm",
  "lower the arm 10 cm",
  "go to (0.4, 0, 0.3)",
  "go to x=0.4 y=0 z=0.3",
  "move by (0.1, 0, 0)",
  "go to the {place}",
  "go above the {object}",
  "move 10 cm above the {object}",
  "pick up the {object}",
  "put it in the {place}",
  "put the {object} in the {place}",
  "move the {object} to the {place}",
  "place it at (0.45, -0.25)",
  "place it at (0.45, -0.25, 0.1)",
  "put it down",
  "stack the {object} on the {other}",
  "open the gripper",
  "close the gripper",
  "turn on the tool",
  "turn off the tool",
  "activate the tool",
  "deactivate the tool",
  "rotate 30 degrees",
  "turn the gripper 30 degrees",
  "turn left",
  "turn the gripper 30 degrees to the left",
  "turn the gripper 30 degrees to the right",
  "set joint 1 to 45 degrees",
  "wait 2 seconds",
  "scan with radius 0.5 m",
  "where are you",
  "status",
  "draw a square",
  "draw a square of side 0.4 m",
  "draw a line from (0.3, 0, 0.3) to (0.4, 0, 0.3)",
  "move up 10 cm twice",
  "stop",
];

/** Words that carry little of what a sentence means. */
const light = new Set(["the", "a", "an", "to", "of", "in", "it", "on", "at", "with", "and", "into", "onto"]);

/** Words that are not in the grammar, and the word in it that people mean by them. */
const likeness = new Map(
  [
    ["pick", "hand bring give fetch pass carry get snatch"],
    ["wait", "pause hold sleep rest"],
    ["scan", "show find search look see inspect check detect examine"],
    ["turn", "spin swivel pivot tilt roll"],
    ["go", "move walk run fly jump return navigate travel"],
    ["square", "circle triangle rectangle star"],
    ["close", "shut squeeze"],
    ["put", "throw toss drop leave insert push"],
    ["stop", "quit end exit cease"],
    ["where", "what how who why which"],
    ["are", "is"],
  ].flatMap(([word = "", others = ""]) => others.split(" ").map((other) => [other, word] as const)),
);
/** Another word in place of one costs less than leaving one out and adding the other. */
const otherWord = 1.4;
/** Only this many words of a part are compared. */
const comparedWords = 24;

/** A sentence that would be understood, near to the part that was not. */
export function closestSentence(failed: Failure, lexicon: Lexicon, maxIntents: number): string {
  const { repaired } = failed;
  if (repaired !== undefined && readSentence(repaired, lexicon, maxIntents).kind === "plan") return repaired;
  const said = mergeNumberWords(tokenize(plainText(failed.part)))
    .filter(meaningful)
    .slice(0, comparedWords);
  if (said.length === 0) return "scan";
  if (said.some(({ text }) => negations.has(text))) return "stop";
  const compare = new WordComparison(lexicon.words);
  const candidates = [...(examplesFor(lexicon.vocabulary) ?? examples), ...senseExamples].flatMap((template, order) => {
    const sentence = filledIn(template, said, lexicon);
    if (sentence === undefined) return [];
    return [{ sentence, order, changes: compare.changesBetween(said, mergeNumberWords(tokenize(sentence)).filter(meaningful)) }];
  });
  candidates.sort((a, b) => a.changes - b.changes || a.order - b.order);
  // Not every robot takes every example: one without a gripper places at three coordinates only.
  return candidates.find(({ sentence }) => readSentence(sentence, lexicon, maxIntents).kind === "plan")?.sentence ?? "stop";
}

/** The template with the nouns of the part, or with the first ones there are. */
function filledIn(template: string, said: readonly Token[], lexicon: Lexicon): string | undefined {
  const nounFor = (kind: LexiconNoun["kind"], not?: LexiconNoun) => {
    const all = lexicon.nouns.filter((noun) => noun.kind === kind && noun !== not);
    return all.find((noun) => mentioned(noun, said)) ?? all[0];
  };
  const object = nounFor("object");
  const fillings = [
    ["{object}", object],
    ["{other}", nounFor("object", object)],
    ["{place}", nounFor("place")],
  ] as const;
  const [camera] = lexicon.vocabulary.cameras ?? [];
  let sentence = camera === undefined ? template : template.replace("{camera}", () => spoken(camera));
  for (const [hole, noun] of fillings) {
    if (!sentence.includes(hole)) continue;
    if (noun === undefined) return undefined;
    sentence = sentence.replace(hole, () => spoken(noun.name));
  }
  return sentence;
}

function mentioned(noun: LexiconNoun, said: readonly Token[]): boolean {
  return noun.forms.some((form) => said.some((_, at) => form.every((text, i) => said[at + i]?.text === text)));
}

function meaningful(token: Token): boolean {
  return token.kind === "word" || token.kind === "number";
}

class WordComparison {
  readonly #nouns: ReadonlySet<string>;
  readonly #known = new Map<string, Map<string, number>>();

  constructor(nouns: ReadonlySet<string>) {
    this.#nouns = nouns;
  }

  /** Edit distance over words; a misspelt word is cheaper than another word, a number costs little for another number. */
  changesBetween(said: readonly Token[], example: readonly Token[]): number {
    let last = [0];
    for (const [j, token] of example.entries()) last.push(last[j]! + this.#added(token));
    for (const from of said) {
      const row = [last[0]! + weight(from)];
      for (const [j, to] of example.entries())
        row.push(Math.min(last[j]! + this.#exchange(from, to), last[j + 1]! + weight(from), row[j]! + this.#added(to)));
      last = row;
    }
    return last.at(-1) ?? Infinity;
  }

  /** Naming what a sentence left out changes it less than another verb does. */
  #added(token: Token): number {
    return isUnit(token.text) || this.#nouns.has(token.text) ? 0.4 : weight(token);
  }

  #exchange(from: Token, to: Token): number {
    if (from.text === to.text) return 0;
    const known = this.#known.get(from.text) ?? new Map<string, number>();
    this.#known.set(from.text, known);
    const cost = known.get(to.text) ?? exchange(from, to);
    known.set(to.text, cost);
    return cost;
  }
}

function weight(token: Token): number {
  if (token.kind === "number") return 0.5;
  return light.has(token.text) ? 0.3 : 1;
}

function exchange(from: Token, to: Token): number {
  const sameClass =
    from.kind === "number" ? to.kind === "number" : isUnit(from.text) && unitOf(from.text)?.dimension === unitOf(to.text)?.dimension;
  if (sameClass) return 0.1;
  if ((likeness.get(from.text) ?? from.text) === (likeness.get(to.text) ?? to.text)) return 0.3;
  return Math.max(weight(from), weight(to)) * (from.kind === to.kind ? Math.max(0.2, unlikeness(from.text, to.text)) : otherWord);
}

/** 0 for equal words, `otherWord` for words with fewer than three letters in five in common. */
function unlikeness(a: string, b: string): number {
  if (a.length > 24 || b.length > 24) return otherWord;
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(Math.min(last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), last[j]! + 1, row[j - 1]! + 1));
    last = row;
  }
  const share = last[b.length]! / Math.max(a.length, b.length);
  return share > 0.4 ? otherWord : share;
}
