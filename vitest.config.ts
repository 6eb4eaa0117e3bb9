import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import type { VitestPluginContext } from "vitest/node";
import { mutantVariable, type Mutant } from "./test/mutants/mutant.ts";

/** Programs that keep to real time, each with a robot that stops when it is late: on a busy machine they would be. */
const inRealTime = ["test/mcp/**/*.test.ts", "test/mcp-*.test.ts", "test/renderer-cli.test.ts", "test/vla.test.ts", "test/cli.test.ts"];

export default defineConfig({
  plugins: [...mutant(process.env[mutantVariable])],
  test: {
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["src/**/*.test.ts", "test/**/*.test.ts"], exclude: inRealTime, sequence: { groupOrder: 0 } },
      },
      // One after the other, when all else is done.
      { extends: true, test: { name: "real time", include: inRealTime, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
    testTimeout: 20_000,
    // Processes, not threads: Node 24 can abort when several threads of one process free compiled WebAssembly at once.
    pool: "forks",
    maxWorkers: "100%",
    fsModuleCache: true,
  },
});

/** With a mutant in the environment, its file is loaded with the mistake in it; nothing on disk changes. */
function mutant(text: string | undefined) {
  if (text === undefined) return [];
  const { file, find, replace }: Mutant = JSON.parse(text);
  const target = fileURLToPath(new URL(file, import.meta.url));
  return [
    {
      name: "mutant",
      enforce: "pre" as const,
      // Every other file is the one that the cache knows.
      api: { vitest: { ignoreFsModuleCache: true } },
      configureVitest: ({ defineCacheKeyGenerator }: VitestPluginContext) =>
        defineCacheKeyGenerator(({ id }) => (id === target ? false : undefined)),
      transform: (code: string, id: string) => (id === target ? code.replace(find, () => replace) : undefined),
    },
  ];
}
