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
} from "@modelcontextprotocol/server";
import { builtInNames, registerBuiltInTools } from "./builtin-tools.ts";
import { clientOf } from "./clients.ts";
import { instructionsFor } from "./instructions.ts";
import { primitiveTools, registerPrimitiveTools, type PrimitiveTool } from "./primitive-tools.ts";
import { ClientRateLimit } from "./rate-limit.ts";
import { registerResources } from "./resources.ts";
import { failed } from "./results.ts";
import type { ServedRobot } from "./served-robot.ts";
import { StepCalls, type Connection } from "./step-calls.ts";

export interface McpServerSettings {
  readonly version: string;
  /** Appended to the robot's own instructions. */
  readonly instructions?: string;
  /** For each client, besides the gates; 60 unless given. */
  readonly callsPerMinute?: number;
}

/** What the tools of one server are made of. */
export interface RobotServer {
  readonly server: McpServer;
  readonly robot: ServedRobot;
  readonly calls: StepCalls;
  readonly tools: readonly PrimitiveTool[];
  readonly connection: Connection;
  /** The refusal for a client that calls too often. */
  refuseTooMany(context: ServerContext): CallToolResult | undefined;
}

export interface RobotService {
  readonly factory: McpServerFactory;
  /** Calls under way or waiting for a person. */
  readonly running: () => number;
}

export function robotService(robot: ServedRobot, settings: McpServerSettings): RobotService {
  const { runtime, registry, profile } = robot;
  const primitives = registry.names().flatMap((name) => registry.get(name) ?? []);
  const tools = primitiveTools(primitives, builtInNames);
  const calls = new StepCalls(robot);
  const limit = new ClientRateLimit(settings.callsPerMinute ?? 60, () => runtime.clock.nowMs());
  const instructions = instructionsFor(profile, settings.instructions);
  const factory = ({ era }: McpRequestContext): McpServer => {
    const server = new McpServer(
      { name: `clearance-${profile.name}`, title: `Clearance: ${profile.name}`, version: settings.version },
      {
        instructions,
        requestState: { verify: calls.codec.verify },
        inputRequired: { roundTimeoutMs: profile.hitl_timeout_s * 1000 },
      },
    );
    const refuseTooMany = (context: ServerContext): CallToolResult | undefined => {
      // The second half of a call that was counted already.
      if (context.mcpReq.requestState() !== undefined) return undefined;
      const reason = limit.refuse(clientOf(context));
      return reason === undefined ? undefined : failed(`blocked: ${reason}`);
    };
    const robotServer: RobotServer = { server, robot, calls, tools, connection: { server, era }, refuseTooMany };
    registerBuiltInTools(robotServer);
    registerPrimitiveTools(robotServer);
    registerResources(robotServer);
    return server;
  };
  return { factory, running: () => calls.size };
}
