/**
 * One tool for each primitive of the robot, with the primitive's own arguments.
 * @module
 */
import { requireScopes, type RegisteredTool } from "@modelcontextprotocol/server";
import type { JsonObject } from "../core/json.ts";
import type { Primitive } from "../intent/primitive.ts";
import type { Scope } from "./clients.ts";
import { stepAnswer } from "./results.ts";
import type { RobotServer } from "./robot-server.ts";
import { passedOn, toolSchemaOf } from "./tool-schema.ts";

export interface PrimitiveTool {
  readonly tool: string;
  readonly primitive: Primitive;
  readonly schema: JsonObject;
  /** The same for the SDK. */
  readonly inputSchema: ReturnType<typeof passedOn>;
}

/** In the order of the tools' names; one named like a built-in tool, or like such a name, is offered as `primitive_NAME`. */
export function primitiveTools(primitives: readonly Primitive[], builtIn: ReadonlySet<string>): readonly PrimitiveTool[] {
  return primitives
    .map((primitive) => {
      const schema = toolSchemaOf(primitive.args);
      const taken = builtIn.has(primitive.name) || primitive.name.startsWith("primitive_");
      const tool = taken ? `primitive_${primitive.name}` : primitive.name;
      return { tool, primitive, schema, inputSchema: passedOn(schema) };
    })
    .sort((a, b) => (a.tool < b.tool ? -1 : 1));
}

/** What a token needs for it; a stop needs nothing. */
export function scopeFor(primitive: Primitive | undefined): Scope | undefined {
  if (primitive?.risk === "stop") return undefined;
  return primitive?.risk === "sense" ? "observe" : "move";
}

export function registerPrimitiveTools({ server, tools, calls, refuseTooMany, connection }: RobotServer): readonly RegisteredTool[] {
  return tools.list.map(({ tool, primitive, inputSchema }) => {
    const scope = scopeFor(primitive);
    const looks = primitive.risk === "sense";
    return server.registerTool(
      tool,
      {
        title: primitive.name,
        description: primitive.summary,
        inputSchema,
        outputSchema: stepAnswer,
        annotations: { readOnlyHint: looks, destructiveHint: !looks, idempotentHint: primitive.risk === "stop", openWorldHint: false },
        ...(scope === undefined ? {} : { scopeChallenge: requireScopes(scope) }),
      },
      (args, context) =>
        (primitive.risk === "stop" ? undefined : refuseTooMany(context)) ??
        calls.step({ tool, primitive: primitive.name, args, rationale: "" }, connection, context),
    );
  });
}
