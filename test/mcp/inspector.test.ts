import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseTokens } from "../../src/mcp/http/tokens.ts";
import { serveOverHttp } from "../../src/mcp/http/serve-http.ts";
import { openServedRobot } from "../../src/mcp/served-robot.ts";
import { loadProfile, profileNames } from "../../src/profile/files.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { liveFolderOf } from "../run-cli.ts";
import { describeWithTools, foreignFile, runNode } from "./foreign.ts";

const inspector = foreignFile("@modelcontextprotocol/inspector", "clients/launcher/build/index.js");
const bin = fileURLToPath(new URL("../../bin/clearance.mjs", import.meta.url));
const eras = ["legacy", "modern"] as const;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-inspector-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The Inspector keeps its catalogue under the home folder, and hands few variables on to what it starts. */
async function inspect(args: readonly string[], server: readonly string[]) {
  const live = ["-e", `CLEARANCE_STATE_DIR=${liveFolderOf(folder)}`];
  const env = { ...process.env, HOME: folder };
  return runNode([inspector, "--cli", ...(server[0] === "node" ? live : []), ...args, "--", ...server], folder, env);
}

const overPipe = (profile: string) => ["node", bin, "mcp", "--profile", profile, "--backend", "kinematic"];
const move = ["--method", "tools/call", "--tool-name", "move_to", "--tool-args-json", JSON.stringify({ x: 0.4, y: 0, z: 0.5 })];

describeWithTools("the MCP Inspector as a client", () => {
  test.for(profileNames())(
    "policies row 47 MCP tools: the schemas of %s are portable to every client it knows of",
    { timeout: 120_000 },
    async (profile) => {
      const { code, stdout, stderr } = await inspect(["--method", "tools/list", "--strict"], overPipe(profile));
      expect([code, stderr.match(/^(Warning|Error): [^]*?\n\n/gm) ?? []]).toEqual([0, []]);
      const { tools } = JSON.parse(stdout) as { tools: { name: string }[] };
      expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["step", "stop", "wait"]));
    },
  );

  test.for(eras)("policies row 47 MCP tools: moves the arm over a pipe, and reads a resource (%s)", { timeout: 120_000 }, async (era) => {
    const moved = await inspect(["--protocol-era", era, ...move], overPipe("arm"));
    const { structuredContent: answer, isError } = JSON.parse(moved.stdout) as Moved;
    expect([moved.code, isError, answer.status]).toEqual([0, false, "ok"]);
    expect(answer.state.position).toEqual([0.4, 0, 0.5].map((v) => expect.closeTo(v, 3)));
    const read = await inspect(["--protocol-era", era, "--method", "resources/read", "--uri", "clearance://profile"], overPipe("arm"));
    const { contents } = JSON.parse(read.stdout) as { contents: { text: string }[] };
    expect(JSON.parse(contents[0]?.text ?? "")).toMatchObject({ profile: { name: "arm" } });
  });

  test.for(eras)(
    "policies row 48 MCP transports: over HTTP with a token moves the arm, without one does not (%s)",
    { timeout: 120_000 },
    async (era) => {
      const secret = "inspectors-secret-1";
      const robot = await openServedRobot(loadProfile("arm"), { backend: "kinematic", clock: realClock(), version: "test" });
      const settings = { host: "127.0.0.1", port: 0, version: "test", tokens: parseTokens(`${secret}:observe+move`), log: () => undefined };
      const serving = await serveOverHttp(robot, settings);
      try {
        const header = ["--stored-auth-only", "--header", `Authorization: Bearer ${secret}`];
        const moved = await inspect(["--protocol-era", era, ...header, ...move], [serving.url]);
        expect([moved.stderr, moved.code]).toEqual(["", 0]);
        expect(JSON.parse(moved.stdout)).toMatchObject({ structuredContent: { status: "ok" } });
        const refused = await inspect(["--protocol-era", era, "--stored-auth-only", ...move], [serving.url]);
        expect([refused.code, refused.stdout]).toEqual([expect.any(Number), ""]);
        expect(refused.code).not.toBe(0);
        expect(robot.trace.recent(9)).toMatchObject([{ intent: { name: "move_to" }, actor: { id: "mcp:token-1" } }]);
      } finally {
        await serving.close();
        await robot.close();
      }
    },
  );
});

interface Moved {
  readonly isError: boolean;
  readonly structuredContent: { readonly status: string; readonly state: { readonly position: readonly number[] } };
}
