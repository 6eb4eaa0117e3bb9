import { requireScopes } from "@modelcontextprotocol/server";
import type { JsonObject } from "../core/json.ts";
import { recentTrace, stateOf } from "./builtin-tools.ts";
import { plain } from "./results.ts";
import type { RobotServer } from "./robot-server.ts";

/** Steps that the trace's resource shows. */
const traceSteps = 50;

/** State, profile and the trace's last records, as JSON to read. */
export function registerResources({ server, robot }: RobotServer): void {
  const offer = (name: string, title: string, read: () => JsonObject | Promise<JsonObject>): void => {
    server.registerResource(
      name,
      `clearance://${name}`,
      { title, mimeType: "application/json", scopeChallenge: requireScopes("observe") },
      async (uri) => ({ contents: [{ uri: uri.href, mimeType: "application/json", text: JSON.stringify(await read()) }] }),
    );
  };
  offer("state", "What the robot measures now", () => stateOf(robot));
  offer("profile", "Robot, limits and gates", () => plain({ profile: robot.profile, gates: robot.gates }));
  offer("trace", "The last steps of the trace", () => recentTrace(robot, traceSteps));
}
