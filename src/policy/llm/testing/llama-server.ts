/**
 * A program: a GGUF model in node-llama-cpp behind `POST /v1/chat/completions`, as far as a policy needs it. Each answer is one call of
 * one of the tools that the request offers, forced by a grammar made from their schemas.
 *
 * `node llama-server.ts MODEL.gguf WORDS.json SEQUENCES`; needs `CLEARANCE_TOOLS`. `WORDS.json` names for each `model` of a request what texts may be.
 * Prints its port.
 * @module
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { grammarOfTools, type OfferedTool } from "./grammar-of-tools.ts";

/** Of node-llama-cpp, what is used here. */
interface LlamaModule {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{ createContext(options: object): Promise<{ getSequence(): object }> }>;
    createGrammar(options: { readonly grammar: string }): Promise<object>;
  }>;
  readonly LlamaCompletion: new (options: { readonly contextSequence: object }) => {
    generateCompletion(input: string, options: object): Promise<string>;
  };
}

const [modelPath = "", wordsPath = "", sequences = "1"] = process.argv.slice(2);
const words: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(wordsPath, "utf8"));
const tools = process.env["CLEARANCE_TOOLS"] ?? "";
const entry = createRequire(join(tools, "x.js")).resolve("node-llama-cpp");
const { getLlama, LlamaCompletion }: LlamaModule = await import(pathToFileURL(entry).href);
const llama = await getLlama({ build: "never", gpu: false, logLevel: "error", maxThreads: 1 });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 512, threads: 1, sequences: Number(sequences), batchSize: 128 });

type Voice = { readonly completion: InstanceType<typeof LlamaCompletion>; readonly grammar: object; answers: number };
const voices = new Map<string, Promise<Voice>>();

/** One conversation a robot. */
async function voiceOf(name: string, offered: readonly OfferedTool[]): Promise<Voice> {
  const { gbnf } = grammarOfTools(offered, words[name] ?? ["nothing"]);
  const grammar = await llama.createGrammar({ grammar: gbnf });
  return { completion: new LlamaCompletion({ contextSequence: context.getSequence() }), grammar, answers: 0 };
}

interface ChatRequest {
  readonly model: string;
  readonly tools: readonly { readonly function: { readonly name: string; readonly parameters: OfferedTool["schema"] } }[];
  readonly messages: readonly { readonly content: unknown }[];
}

const pseudo = new Set(["ask", "done", "stop", "wait"]);

async function answer({ model: name, tools: given, messages }: ChatRequest): Promise<object> {
  const offered = given.map(({ function: { name: tool, parameters } }) => ({ name: tool, schema: parameters }));
  const moving = offered.filter((tool) => !pseudo.has(tool.name));
  const started = voices.get(name) ?? voiceOf(name, moving);
  voices.set(name, started);
  const voice = await started;
  voice.answers += 1;
  const heard = JSON.stringify(messages.at(-1)?.content ?? "").slice(-20);
  const text = await voice.completion.generateCompletion(heard, {
    grammar: voice.grammar,
    temperature: 1.5,
    seed: voice.answers,
    maxTokens: 300,
  });
  const call: { readonly name: string; readonly args: object } = JSON.parse(text);
  const called = { id: `c${voice.answers}`, type: "function", function: { name: call.name, arguments: JSON.stringify(call.args) } };
  const message = { role: "assistant", content: null, tool_calls: [called] };
  return { id: "x", object: "chat.completion", created: 0, model: name, choices: [{ index: 0, message, finish_reason: "tool_calls" }] };
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (piece: string) => {
    body += piece;
  });
  request.on("end", () => {
    answer(JSON.parse(body)).then(
      (said) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(said)),
      (error: unknown) =>
        response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error: { message: String(error) } })),
    );
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
