import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import type { VitestPluginContext } from "vitest/node";
import { mutantVariable, type Mutant } from "./test/mutants/mutant.ts";

export default defineConfig({
  plugins: [...mutant(process.env[mutantVariable])],
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
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
