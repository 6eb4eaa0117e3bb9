import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serveServiceOverHttp } from "../../src/mcp/http/serve-http.ts";
import { robotService } from "../../src/mcp/robot-server.ts";
import { servedGantry } from "../../src/mcp/testing/served-gantry.ts";
import { withFixtures } from "./conformance-fixtures.ts";
import { describeWithTools, foreignFile, runNode } from "./foreign.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-conformance-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Checks that the suite must make: fewer means that it did not reach them. */
const atLeast = { "2026-07-28": 160, "2025-11-25": 76 } as const;

const suite = foreignFile("@modelcontextprotocol/conformance", "dist/index.js");

describeWithTools("the MCP conformance suite", () => {
  test.for(["2026-07-28", "2025-11-25"] as const)(
    "policies row 48 MCP transports: server side, %s",
    { timeout: 120_000 },
    async (revision) => {
      await using served = await servedGantry();
      const settings = { host: "127.0.0.1", port: 0, tokens: [], version: "test", callsPerMinute: 100_000, log: () => undefined };
      const serving = await serveServiceOverHttp(withFixtures(robotService(served.robot, settings), served.robot.registry), settings);
      const expected = join(import.meta.dirname, `conformance.${revision}.yaml`);
      const args = ["server", "--url", serving.url, "--requirements", revision, "--expected-failures", expected, "-o", folder];
      const { code, stdout, stderr } = await runNode([suite, ...args], folder);
      await serving.close();
      const summary = stdout.slice(stdout.indexOf("=== SUMMARY ==="));
      const [, passed = "0", failed = "none"] = /Total: (\d+) passed, (\d+) failed/.exec(summary) ?? [];
      process.stdout.write(`MCP conformance ${revision}: ${passed} checks passed, ${failed} failed (expected, or not scored)\n`);
      expect([code, code === 0 ? "" : `${summary}\n${stderr}`]).toEqual([0, ""]);
      expect(Number(passed)).toBeGreaterThanOrEqual(atLeast[revision]);
      expect(served.robot.trace.nSteps).toBe(0);
    },
  );
});
