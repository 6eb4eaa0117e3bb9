/**
 * Puts one mistake after another into the safety code and runs the tests that must notice: `npm run mutants [TEXT]`, for the files with
 * TEXT in their path. Ends with 1 when a mutant survives, or when one no longer fits the code.
 * @module
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { mutantVariable, type Mutant } from "../test/mutants/mutant.ts";
import { mutants } from "../test/mutants/mutants.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const chosen = mutants.filter(({ file }) => file.includes(process.argv[2] ?? ""));

type Fate = "killed" | "survived" | "does not fit";

async function fateOf(mutant: Mutant): Promise<Fate> {
  const source = readFileSync(`${root}${mutant.file}`, "utf8");
  if (source.split(mutant.find).length !== 2 || mutant.find === mutant.replace) return "does not fit";
  const output = await new Promise<string>((resolve) => {
    const env = { ...process.env, [mutantVariable]: JSON.stringify(mutant), NO_COLOR: "1" };
    const args = [vitest, "run", "--bail", "1", ...mutant.tests];
    execFile(process.execPath, args, { cwd: root, env, timeout: 120_000, maxBuffer: 64 << 20 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  // A run that could not start has no line of tests, and kills nothing.
  return /Tests .*\d+ failed|Failed Suites \d+/.test(output) ? "killed" : "survived";
}

const fates = new Map<Mutant, Fate>();
const queue = [...chosen];
const work = async (): Promise<void> => {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const fate = await fateOf(mutant);
    fates.set(mutant, fate);
    if (fate !== "killed") console.log(`${fate}: ${mutant.file}: ${mutant.find} → ${mutant.replace}`);
    else if (process.env["CI"] === undefined) console.log(`killed ${fates.size} of ${chosen.length}: ${mutant.file}: ${mutant.find}`);
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, work));
const killed = [...fates.values()].filter((fate) => fate === "killed").length;
console.log(`${killed} of ${chosen.length} mutants killed`);
process.exitCode = killed === chosen.length ? 0 : 1;
