import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Sensors } from "../../core/capture.ts";
import { SimulatedClock, type Clock } from "../../core/clock.ts";
import { loadProfile } from "../../profile/files.ts";
import type { RobotProfile } from "../../profile/profile.ts";
import { withSensors } from "../../runtime/testing/painted-cameras.ts";
import type { TraceSink } from "../../trace/records.ts";
import { parseTokens } from "../http/tokens.ts";
import { serveOverHttp, type HttpSettings } from "../http/serve-http.ts";
import { openServedRobot } from "../served-robot.ts";

export const tokens = {
  all: "all-may-be-done-1:observe+plan+move+approve",
  looks: "only-looks-at-it-2:observe",
  moves: "moves-no-approval-3:observe+move",
  plans: "only-asks-what-if-4:plan",
} as const;

export const secretOf = (token: string): string => token.slice(0, token.lastIndexOf(":"));

/** The gantry behind a real socket. Time is simulated unless given: a metre takes no time. */
export async function servedGantry(
  options: {
    readonly profile?: Partial<RobotProfile>;
    readonly clock?: Clock;
    readonly http?: Partial<HttpSettings>;
    readonly sensors?: Sensors;
    readonly trace?: TraceSink;
  } = {},
) {
  const loaded = loadProfile("gantry");
  const { sensors, trace } = options;
  const robot = await openServedRobot(
    { ...loaded, profile: { ...loaded.profile, rate_limit_per_min: 100_000, ...options.profile } },
    {
      backend: "kinematic",
      clock: options.clock ?? new SimulatedClock(),
      version: "test",
      ...(trace === undefined ? {} : { trace }),
      ...(sensors === undefined ? {} : { wrap: { backend: (backend) => withSensors(backend, sensors) } }),
    },
  );
  const problems: string[] = [];
  const serving = await serveOverHttp(robot, {
    host: "127.0.0.1",
    port: 0,
    tokens: [],
    version: "test",
    callsPerMinute: 100_000,
    log: (line) => void problems.push(line),
    ...options.http,
  });
  return {
    robot,
    serving,
    problems,
    async [Symbol.asyncDispose]() {
      await serving.close();
      await robot.close();
    },
  };
}

export const withTokens = { tokens: parseTokens(Object.values(tokens).join(",")) };

export type Era = "legacy" | "auto";

/** A real client. `answer`: what its person says to a question; without one it cannot ask. */
export async function clientOf(
  url: string,
  era: Era,
  options: { readonly token?: string; readonly answer?: (message: string) => "accept" | "tick-no" | "decline" | "cancel" } = {},
) {
  const { token, answer } = options;
  const client = new Client(
    { name: "test", version: "1" },
    { versionNegotiation: { mode: era }, ...(answer === undefined ? {} : { capabilities: { elicitation: { form: {} } } }) },
  );
  if (answer !== undefined)
    client.setRequestHandler("elicitation/create", ({ params }) => {
      const said = answer(params.message);
      if (said === "accept" || said === "tick-no") return { action: "accept", content: { approve: said === "accept" } };
      return { action: said };
    });
  const requestInit = token === undefined ? {} : { requestInit: { headers: { Authorization: `Bearer ${secretOf(token)}` } } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), requestInit));
  return { client, [Symbol.asyncDispose]: () => client.close() };
}
