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

type Fate = "killed" | "survived" | "does not fit" | "could not be judged";

/** How often the tests may fail to run before that is the answer: a process that a busy machine did not start says nothing. */
const attempts = 3;

async function fateOf(mutant: Mutant): Promise<readonly [fate: Fate, output: string]> {
  const source = readFileSync(`${root}${mutant.file}`, "utf8");
  if (source.split(mutant.find).length !== 2 || mutant.find === mutant.replace) return ["does not fit", ""];
  let output = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    const ended = await runTests(mutant);
    output = ended.output;
    if (/Tests .*\d+ failed|Failed Suites \d+/.test(output)) return ["killed", output];
    if (ended.ok) return ["survived", output];
  }
  return ["could not be judged", output];
}

/** One worker: the next mutant is tested beside this one, and the first test that fails ends the run. */
function runTests(mutant: Mutant): Promise<{ readonly ok: boolean; readonly output: string }> {
  const env = { ...process.env, [mutantVariable]: JSON.stringify(mutant), NO_COLOR: "1" };
  const args = [vitest, "run", "--bail", "1", "--maxWorkers", "1", ...mutant.tests];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env, timeout: 120_000, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: stdout + stderr }),
    );
  });
}

const fates = new Map<Mutant, Fate>();
const queue = [...chosen];
const work = async (): Promise<void> => {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const [fate, output] = await fateOf(mutant);
    fates.set(mutant, fate);
    if (fate !== "killed") console.log(`${fate}: ${mutant.file}: ${mutant.find} → ${mutant.replace}\n${output.slice(-4000)}`);
    else if (process.env["CI"] === undefined) console.log(`killed ${fates.size} of ${chosen.length}: ${mutant.file}: ${mutant.find}`);
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, work));
const killed = [...fates.values()].filter((fate) => fate === "killed").length;
console.log(`${killed} of ${chosen.length} mutants killed`);
process.exitCode = killed === chosen.length ? 0 : 1;
