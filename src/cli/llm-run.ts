/**
 * `clearance run --policy llm`: which model, behind which address, with which key. Keys come from the environment alone.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { LlmModel, LlmPolicy } from "../policy/llm/index.ts";
import type { BuiltRobot } from "../profile/build-robot.ts";
import type { LoadedProfile } from "../profile/files.ts";
import { refuseUnknownCameras } from "./cameras.ts";
import { UsageError } from "./usage.ts";

export interface LlmRunOptions {
  /** `openai:NAME`, `anthropic:NAME` or a name that a compatible server knows. */
  readonly model: string | undefined;
  readonly baseUrl: string | undefined;
  /** Shows the model what its steps photographed. */
  readonly images?: boolean;
  /** And what these cameras see, at every question. */
  readonly cameras?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** As many intents as a model may propose for one goal, unless told otherwise. */
export const llmMaxSteps = 16;
const defaultModel = "qwen2.5:14b";
const localUrl = "http://localhost:11434/v1";
const openAiUrl = "https://api.openai.com/v1";
const anthropicUrl = "https://api.anthropic.com/v1";

/** Checks everything that can be known before the robot is loaded. @throws UsageError */
export async function llmRun(loaded: LoadedProfile, options: LlmRunOptions): Promise<(robot: BuiltRobot) => LlmPolicy> {
  const chosen = chooseModel(options);
  const temperature = temperatureFrom(options.environment["OPENAI_TEMPERATURE"], chosen.wire);
  const { endpointModel, llmPolicy } = await import("../policy/llm/index.ts");
  // What a provider cannot do with a setting is no news for the person at the terminal.
  Reflect.set(globalThis, "AI_SDK_LOG_WARNINGS", false);
  let model: LlmModel;
  try {
    model = endpointModel(chosen);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { cameras = [], images = false } = options;
  return ({ registry, world, collision, backend }) => {
    refuseUnknownCameras(cameras, backend);
    if (images && backend.sensors === undefined) throw new UsageError(`--images: the robot on backend ${backend.name} has no cameras`);
    const facts = {
      workspace_m: { min: world.workspace.minM, max: world.workspace.maxM },
      places: world.places.map(({ name, positionM }) => ({ name, position_m: positionM })),
      joints: [...collision.robot.jointNames],
    };
    const shown = images || cameras.length > 0 ? { images: true, cameras } : {};
    return llmPolicy({ model, registry, instructions: loaded.profile.instructions, facts, temperature, ...shown });
  };
}

interface Chosen {
  readonly wire: "openai" | "anthropic";
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
}

function chooseModel({ model, baseUrl, environment }: LlmRunOptions): Chosen {
  const env = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === "" ? undefined : value;
  };
  const asked = model ?? env("OPENAI_MODEL") ?? defaultModel;
  const [, provider, named = asked] = /^(openai|anthropic):(.*)$/.exec(asked) ?? [];
  if (named.trim() === "") throw new UsageError(`--model ${asked}: the name of the model is missing`);
  if (provider === "anthropic") {
    const apiKey = env("ANTHROPIC_API_KEY");
    if (apiKey === undefined && baseUrl === undefined) throw new UsageError(noKey(asked, "ANTHROPIC_API_KEY"));
    return { wire: "anthropic", model: named, baseUrl: baseUrl ?? anthropicUrl, apiKey };
  }
  const hosted = provider === "openai";
  const apiKey = env("OPENAI_API_KEY");
  const url = baseUrl ?? env("OPENAI_BASE_URL") ?? (hosted ? openAiUrl : localUrl);
  if (apiKey === undefined && url === openAiUrl) throw new UsageError(noKey(asked, "OPENAI_API_KEY"));
  return { wire: "openai", model: named, baseUrl: url, apiKey };
}

function noKey(model: string, variable: string): string {
  return `the model ${model} needs an API key: set ${variable}, or give --base-url for a server without one`;
}

/** `none` leaves it to the endpoint; some models accept no other. Anthropic's are left alone unless the variable is set. */
function temperatureFrom(text: string | undefined, wire: Chosen["wire"]): number | null {
  if (text === undefined || text.trim() === "") return wire === "anthropic" ? null : 0.2;
  if (text.trim().toLowerCase() === "none") return null;
  const value = Number(text);
  if (!(value >= 0 && value <= 2)) throw new UsageError(`OPENAI_TEMPERATURE '${text}' is not a number from 0 to 2, nor none`);
  return value;
}

/** For the closing table: what `LlmPolicy.usage` counted. */
export function llmUsageLine(used: JsonObject, config: JsonObject | undefined): string {
  const model = config?.["model"];
  const count = (key: string): string => JSON.stringify(used[key] ?? 0);
  const asked = `${count("requests")} requests (${count("retries")} retries)`;
  return `${typeof model === "string" ? model : "?"}: ${asked}, ${count("inputTokens")} tokens in, ${count("outputTokens")} out`;
}
