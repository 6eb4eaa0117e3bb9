/**
 * What the MCP conformance suite calls by fixed names, offered beside the robot's own tools by the same server: tools, prompts and
 * resources whose content the suite dictates. None of it moves the robot.
 * @module
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  ResourceTemplate,
  acceptedContent,
  fromJsonSchema,
  inputRequired,
  inputResponse,
  type CallToolResult,
  type GetPromptResult,
  type InputRequiredResult,
  type InputRequiredSpec,
  type McpServer,
  type McpServerFactory,
  type PrimitiveSchemaDefinition,
  type RequestStateCodec,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { emitEvent } from "../../src/intent/catalogue/sense.ts";
import type { PrimitiveRegistry } from "../../src/intent/registry.ts";
import type { RobotService } from "../../src/mcp/robot-server.ts";

/** One red pixel, and one sample of silence. */
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const wav = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA==";

type Answer = CallToolResult | InputRequiredResult;
type Properties = Readonly<Record<string, PrimitiveSchemaDefinition>>;

const says = (...texts: readonly string[]): CallToolResult => ({ content: texts.map((text) => ({ type: "text", text })) });
const image = { type: "image", data: png, mimeType: "image/png" } as const;

/** The robot's service, whose servers have the fixtures too. */
export function withFixtures(service: RobotService, registry: PrimitiveRegistry): RobotService {
  let changes = 0;
  const factory: McpServerFactory = async (context) => {
    const server = await service.factory(context);
    if (!("registerTool" in server)) throw new Error("the robot's factory makes no McpServer");
    server.server.registerCapabilities({ prompts: { listChanged: false } });
    contentTools(server);
    questionTools(server, service.codec as RequestStateCodec<unknown>);
    statelessTools(server);
    tool(server, "test_trigger_tool_change", () => {
      registry.register({ ...emitEvent, name: `conformance_${++changes}` });
      return says("The robot can do one thing more");
    });
    resources(server);
    prompts(server);
    return server;
  };
  return { ...service, factory };
}

function tool(server: McpServer, name: string, run: (context: ServerContext) => Answer | Promise<Answer>): void {
  server.registerTool(name, { description: `Conformance fixture ${name}`, inputSchema: z.object({}) }, (_, context) => run(context));
}

function contentTools(server: McpServer): void {
  const embedded = (uri: string, mimeType: string, text: string) => ({ type: "resource", resource: { uri, mimeType, text } }) as const;
  tool(server, "test_simple_text", () => says("This is a simple text response for testing."));
  tool(server, "test_image_content", () => ({ content: [image] }));
  tool(server, "test_audio_content", () => ({ content: [{ type: "audio", data: wav, mimeType: "audio/wav" }] }));
  tool(server, "test_embedded_resource", () => ({
    content: [embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")],
  }));
  tool(server, "test_multiple_content_types", () => ({
    content: [
      { type: "text", text: "Multiple content types test:" },
      image,
      embedded("test://mixed-content-resource", "application/json", JSON.stringify({ test: "data", value: 123 })),
    ],
  }));
  tool(server, "test_error_handling", () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
  tool(server, "test_tool_with_progress", async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, total: 100 } });
      await delay(20);
    }
    return says("Progress was told");
  });
}

const elicit = (message: string, properties: Properties, required: readonly string[] = Object.keys(properties)) =>
  inputRequired.elicit({ message, requestedSchema: { type: "object", properties, required: [...required] } });
const sample = (text: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [{ role: "user", content: { type: "text", text } }], maxTokens });

const askName = elicit("What is your name?", { name: { type: "string" } });
const askCapital = sample("What is the capital of France?", 100);

/** What the client said to `key`, as text; nothing while it has not said it. */
function said(context: ServerContext, key: string): string | undefined {
  const responses = context.mcpReq.inputResponses;
  const response = inputResponse(responses, key);
  if (response.kind === "missing") return undefined;
  if (response.kind !== "elicit") return JSON.stringify(responses?.[key]);
  return JSON.stringify({ action: response.action, content: acceptedContent(responses, key) ?? {} });
}

function questionTools(server: McpServer, codec: RequestStateCodec<unknown>): void {
  /** Asks until every question has an answer, then says what was answered. */
  const asking = (name: string, inputRequests: NonNullable<InputRequiredSpec["inputRequests"]>): void =>
    tool(server, name, (context) => {
      const answers = Object.keys(inputRequests).map((key) => said(context, key));
      return answers.includes(undefined) ? inputRequired({ inputRequests }) : says(answers.join(" "));
    });
  tool(server, "test_input_required_result_elicitation", (context) => {
    const name = acceptedContent(context.mcpReq.inputResponses, "user_name")?.["name"];
    return typeof name === "string" ? says(`Hello, ${name}!`) : inputRequired({ inputRequests: { user_name: askName } });
  });
  asking("test_input_required_result_sampling", { capital_question: askCapital });
  asking("test_input_required_result_list_roots", { client_roots: inputRequired.listRoots() });

  /** Questions in rounds: the signed state says which round is answered. */
  const rounds = (name: string, questions: readonly NonNullable<InputRequiredSpec["inputRequests"]>[], end: string): void =>
    tool(server, name, async (context) => {
      const round = context.mcpReq.requestState<{ readonly round: number }>()?.round ?? 0;
      const asked = questions[round - 1] ?? {};
      const answered = Object.keys(asked).every((key) => said(context, key) !== undefined);
      const next = answered ? round : round - 1;
      const inputRequests = questions[next];
      if (inputRequests === undefined) return says(end);
      return inputRequired({ inputRequests, requestState: await codec.mint({ round: next + 1 }, context) });
    });
  const confirm = { confirm: elicit("Please confirm", { ok: { type: "boolean" } }) };
  rounds("test_input_required_result_request_state", [confirm], "state-ok");
  rounds("test_input_required_result_tampered_state", [confirm], "state-ok");
  const several = { user_name: askName, greeting: sample("Generate a greeting", 50), client_roots: inputRequired.listRoots() };
  rounds("test_input_required_result_multiple_inputs", [several], "all three were answered");
  rounds(
    "test_input_required_result_multi_round",
    [
      { step1: elicit("Step 1: What is your name?", { name: { type: "string" } }) },
      { step2: elicit("Step 2: What is your favorite color?", { color: { type: "string" } }) },
    ],
    "both rounds were answered",
  );
  tool(server, "test_input_required_result_capabilities", ({ mcpReq }) => {
    const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
    const { elicitation, sampling } = (envelope[CLIENT_CAPABILITIES_META_KEY] ?? {}) as Record<string, unknown>;
    return inputRequired({
      inputRequests: {
        ...(elicitation === undefined ? {} : { user_name: askName }),
        ...(sampling === undefined ? {} : { capital_question: askCapital }),
      },
    });
  });
  legacyQuestions(server);
}

/** Of the 2025 revision, in which the server asks within the call. */
function legacyQuestions(server: McpServer): void {
  const asking = (name: string, key: string, run: (answer: string) => string, question: ReturnType<typeof elicit>): void =>
    tool(server, name, (context) => {
      const answer = said(context, key);
      return answer === undefined ? inputRequired({ inputRequests: { [key]: question } }) : says(run(answer));
    });
  server.registerTool(
    "test_sampling",
    { description: "Conformance fixture test_sampling", inputSchema: z.object({ prompt: z.string() }) },
    ({ prompt }, context): Answer => {
      const answer = said(context, "sample");
      return answer === undefined ? inputRequired({ inputRequests: { sample: sample(prompt, 100) } }) : says(`LLM response: ${answer}`);
    },
  );
  server.registerTool(
    "test_elicitation",
    { description: "Conformance fixture test_elicitation", inputSchema: z.object({ message: z.string() }) },
    ({ message }, context): Answer => {
      const answer = said(context, "user");
      const user = elicit(message, { username: { type: "string" }, email: { type: "string" } });
      return answer === undefined ? inputRequired({ inputRequests: { user } }) : says(`User response: ${answer}`);
    },
  );
  const completed = (answer: string): string => `Elicitation completed: ${answer}`;
  const status = { type: "string", enum: ["active", "inactive", "pending"], default: "active" } as const;
  const defaults: Properties = {
    name: { type: "string", default: "John Doe" },
    age: { type: "integer", default: 30 },
    score: { type: "number", default: 95.5 },
    status,
    verified: { type: "boolean", default: true },
  };
  asking("test_elicitation_sep1034_defaults", "form", completed, elicit("Defaults", defaults, []));
  const options = ["option1", "option2", "option3"];
  const titled = ["First", "Second", "Third"].map((title, index) => ({ const: `value${index + 1}`, title }));
  const enums: Properties = {
    untitledSingle: { type: "string", enum: options },
    titledSingle: { type: "string", oneOf: titled },
    legacyEnum: { type: "string", enum: ["opt1", "opt2", "opt3"], enumNames: ["Option One", "Option Two", "Option Three"] },
    untitledMulti: { type: "array", items: { type: "string", enum: options } },
    titledMulti: { type: "array", items: { anyOf: titled } },
  };
  asking("test_elicitation_sep1330_enums", "form", completed, elicit("Enums", enums, []));
}

/** Of the 2026 revision, in which every request stands for itself. */
function statelessTools(server: McpServer): void {
  // The SDK refuses to put a question that the client did not say it can answer.
  tool(server, "test_missing_capability", (context) => {
    const answer = said(context, "capital_question");
    return answer === undefined ? inputRequired({ inputRequests: { capital_question: askCapital } }) : says(answer);
  });
  tool(server, "test_streaming_elicitation", (context) => {
    const answer = said(context, "user_name");
    return answer === undefined ? inputRequired({ inputRequests: { user_name: askName } }) : says(answer);
  });
  tool(server, "test_logging_tool", () => says("nothing was logged"));
  const region = { type: "string", "x-mcp-header": "Region" };
  const headers = { type: "object", properties: { region, query: { type: "string" } }, required: ["region"] } as const;
  server.registerTool(
    "test_custom_headers",
    { description: "Conformance fixture test_custom_headers", inputSchema: fromJsonSchema<{ readonly region: string }>(headers) },
    ({ region: where }) => says(where),
  );
  server.registerTool(
    "json_schema_2020_12_tool",
    { description: "Tool with JSON Schema 2020-12 features", inputSchema: fromJsonSchema<Record<string, unknown>>(schema2020) },
    (args) => says(JSON.stringify(args)),
  );
}

const text = { type: "string" } as const;
const schema2020 = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: { address: { $anchor: "addressDef", type: "object", properties: { street: text, city: text } } },
  properties: {
    name: text,
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: text,
    email: text,
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
} as const;

function resources(server: McpServer): void {
  server.registerResource("static-text", "test://static-text", { description: "text", mimeType: "text/plain" }, ({ href: uri }) => ({
    contents: [{ uri, mimeType: "text/plain", text: "This is the content of the static text resource." }],
  }));
  server.registerResource("static-binary", "test://static-binary", { description: "binary", mimeType: "image/png" }, ({ href: uri }) => ({
    contents: [{ uri, mimeType: "image/png", blob: png }],
  }));
  server.registerResource(
    "template",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    { description: "template", mimeType: "application/json" },
    ({ href: uri }, { id }) => ({
      contents: [
        { uri, mimeType: "application/json", text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }) },
      ],
    }),
  );
}

function prompts(server: McpServer): void {
  const user = (...content: readonly GetPromptResult["messages"][number]["content"][]): GetPromptResult => ({
    messages: content.map((part) => ({ role: "user", content: part })),
  });
  const plain = (words: string) => ({ type: "text", text: words }) as const;
  const described = (name: string) => ({ description: `Conformance fixture ${name}` });
  server.registerPrompt("test_simple_prompt", described("test_simple_prompt"), () => user(plain("This is a simple prompt for testing.")));
  const twoArguments = z.object({ arg1: z.string().describe("First"), arg2: z.string().describe("Second") });
  server.registerPrompt(
    "test_prompt_with_arguments",
    { ...described("test_prompt_with_arguments"), argsSchema: twoArguments },
    ({ arg1, arg2 }) => user(plain(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    { ...described("test_prompt_with_embedded_resource"), argsSchema: z.object({ resourceUri: z.string().describe("What to embed") }) },
    ({ resourceUri: uri }) =>
      user(
        { type: "resource", resource: { uri, mimeType: "text/plain", text: "Embedded resource content for testing." } },
        plain("Please process the embedded resource above."),
      ),
  );
  server.registerPrompt("test_prompt_with_image", described("test_prompt_with_image"), () =>
    user(image, plain("Please analyze the image above.")),
  );
  server.registerPrompt("test_input_required_result_prompt", described("test_input_required_result_prompt"), (context) => {
    const answer = said(context, "user_context");
    const question = elicit("What context should the prompt use?", { context: { type: "string" } });
    return answer === undefined ? inputRequired({ inputRequests: { user_context: question } }) : user(plain(answer));
  });
}
