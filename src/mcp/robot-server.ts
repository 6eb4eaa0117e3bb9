/**
 * The server that a client talks to: tools, resources and instructions of one robot. One is made for each connection, or for each
 * request over HTTP; what they share is made once, here.
 * @module
 */
import {
  McpServer,
  type CallToolResult,
  type McpRequestContext,
  type McpServerFactory,
  type ServerContext,
  type ServerEventBus,
} from "@modelcontextprotocol/server";
import { builtInNames, registerBuiltInTools, stateOf } from "./builtin-tools.ts";
import { clientOf, type Scope } from "./clients.ts";
import { instructionsFor } from "./instructions.ts";
import { News, stateNoticeEveryMs } from "./news.ts";
import { OfferedTools } from "./offered-tools.ts";
import type { Overtaking } from "./overtaking.ts";
import { registerPrimitiveTools } from "./primitive-tools.ts";
import { ClientRateLimit } from "./rate-limit.ts";
import { registerResources } from "./resources.ts";
import { failed } from "./results.ts";
import type { ServedRobot } from "./served-robot.ts";
import { StepCalls, type Connection } from "./step-calls.ts";

export interface McpServerSettings {
  readonly version: string;
  /** What the server calls itself; `clearance-PROFILE` unless given. */
  readonly name?: string;
  /** Appended to the robot's own instructions. */
  readonly instructions?: string;
  /** For each client, besides the gates; 60 unless given. */
  readonly callsPerMinute?: number;
  /** How often at most clients are told that the state changed, ms; 500 unless given. */
  readonly stateNoticeEveryMs?: number;
}

/** What the tools of one server are made of. */
export interface RobotServer {
  readonly server: McpServer;
  readonly robot: ServedRobot;
  readonly calls: StepCalls;
  readonly tools: OfferedTools;
  readonly connection: Connection;
  /** Why a client that calls too often has to wait. */
  tooMany(context: ServerContext): string | undefined;
  /** The same as a refusal. */
  refuseTooMany(context: ServerContext): CallToolResult | undefined;
}

export interface RobotService {
  readonly factory: McpServerFactory;
  /** Signs what a client carries from one request to the next. */
  readonly codec: StepCalls["codec"];
  /** Calls under way or waiting for a person. */
  readonly running: () => number;
  /** What clients that listen over HTTP are told. */
  readonly bus: ServerEventBus;
  /** Tells nobody anything from now on. */
  close(): void;
}

/** `overtaking`: of the one pipe that is served, where stops go past calls in it. */
export function robotService(robot: ServedRobot, settings: McpServerSettings, overtaking?: Overtaking): RobotService {
  const { runtime, registry, profile } = robot;
  const news = new News(() => stateOf(robot), settings.stateNoticeEveryMs ?? stateNoticeEveryMs);
  const tools = new OfferedTools(registry, builtInNames, () => news.toolsChanged());
  const calls = new StepCalls(robot);
  const limit = new ClientRateLimit(settings.callsPerMinute ?? 60, () => runtime.clock.nowMs());
  const instructions = instructionsFor(profile, settings.instructions ?? "", registry.names());
  const tooMany = (context: ServerContext): string | undefined =>
    // The second half of a call was counted with the first.
    context.mcpReq.requestState() === undefined ? limit.refuse(clientOf(context)) : undefined;
  const refuseTooMany = (context: ServerContext): CallToolResult | undefined => {
    const reason = tooMany(context);
    return reason === undefined ? undefined : failed(`blocked: ${reason}`);
  };
  const factory = ({ era, requestInfo, authInfo }: McpRequestContext): McpServer => {
    const observes = authInfo === undefined || authInfo.scopes.includes("observe" satisfies Scope);
    const server = new McpServer(
      { name: settings.name ?? `clearance-${profile.name}`, title: `Clearance: ${profile.name}`, version: settings.version },
      {
        instructions,
        capabilities: { resources: { subscribe: observes } },
        // Tools that change together are one notice.
        debouncedNotificationMethods: ["notifications/tools/list_changed"],
        requestState: { verify: calls.codec.verify },
        inputRequired: { roundTimeoutMs: profile.hitl_timeout_s * 1000 },
      },
    );
    const robotServer: RobotServer = { server, robot, calls, tools, connection: { server, era, overtaking }, tooMany, refuseTooMany };
    registerBuiltInTools(robotServer);
    let offered = registerPrimitiveTools(robotServer);
    registerResources(robotServer);
    const refreshTools = (): void => {
      // All of them, so that the list stays sorted.
      for (const tool of offered) tool.remove();
      offered = registerPrimitiveTools(robotServer);
    };
    const staysConnected = era === "legacy" || requestInfo === undefined;
    if (staysConnected) news.follow(server, { era, observes, refreshTools });
    return server;
  };
  const close = (): void => {
    tools.close();
    news.close();
  };
  return { factory, codec: calls.codec, running: () => calls.size, bus: news.bus, close };
}
