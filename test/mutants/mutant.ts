/** One deliberate mistake in safety code, and the tests that must notice it. */
export interface Mutant {
  /** Path from the repository root. */
  readonly file: string;
  /** Text that stands exactly once in the file, and what stands there instead. */
  readonly find: string;
  readonly replace: string;
  /** Test files, from the repository root; at least one test in them must fail. */
  readonly tests: readonly string[];
}

/** Set while one mutant is tested: vitest.config.ts puts it in the place of the original. */
export const mutantVariable = "CLEARANCE_MUTANT";

/** Mistakes in one file that the same tests must notice. */
export function inFile(
  file: string,
  tests: readonly string[],
  changes: readonly (readonly [find: string, replace: string])[],
): readonly Mutant[] {
  return changes.map(([find, replace]) => ({ file, find, replace, tests }));
}
