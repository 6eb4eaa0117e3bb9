import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 20_000,
    // Processes, not threads: Node 24 can abort when several threads of one process free compiled WebAssembly at once.
    pool: "forks",
  },
});
