import type { Vec3 } from "../../core/vec3.ts";
import { mergeNumberWords } from "./number-words.ts";
import { plainText, tokenize } from "./token.ts";
import { directionVectors, gantryDirections, type DirectionName, type Noun, type Vocabulary } from "./vocabulary.ts";

export interface LexiconNoun {
  readonly kind: "object" | "place";
  readonly name: string;
  /** The name and every alias, as the token texts they are heard as. */
  readonly forms: readonly (readonly string[])[];
}

/** A vocabulary made ready for reading sentences. */
export interface Lexicon {
  readonly vocabulary: Vocabulary;
  readonly nouns: readonly LexiconNoun[];
  readonly directions: Readonly<Record<DirectionName, Vec3>>;
  readonly words: ReadonlySet<string>;
}

/** Throws `config.invalid` for directions that make no sense. */
export function lexiconFrom(vocabulary: Vocabulary): Lexicon {
  const nouns = [
    ...vocabulary.objects.map((noun) => lexiconNoun("object", noun)),
    ...vocabulary.places.map((noun) => lexiconNoun("place", noun)),
  ];
  const words = new Set(nouns.flatMap((noun) => noun.forms.flat()));
  return { vocabulary, nouns, directions: directionVectors(vocabulary.directions ?? gantryDirections), words };
}

/** "red_cube" as people say it. */
export function spoken(name: string): string {
  return name.replaceAll("_", " ");
}

function lexiconNoun(kind: "object" | "place", noun: Noun): LexiconNoun {
  const forms = new Map<string, readonly string[]>();
  for (const form of [noun.name, spoken(noun.name), ...noun.aliases]) {
    const texts = mergeNumberWords(tokenize(plainText(form))).map((token) => token.text);
    if (texts.length > 0) forms.set(texts.join(" "), texts);
  }
  return { kind, name: noun.name, forms: [...forms.values()] };
}
