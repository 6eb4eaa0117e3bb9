import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mutants } from "./mutants/mutants.ts";

/** The mutants themselves run for minutes, in CI; that each still finds its place is known at once. */
test("every hand-made mutant fits the code as it is now", () => {
  const source = (file: string): string => readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), "utf8");
  const misfits = mutants.filter(({ file, find, replace }) => find === replace || source(file).split(find).length !== 2);
  expect(misfits.map(({ file, find }) => `${file}: ${find}`)).toEqual([]);
});
