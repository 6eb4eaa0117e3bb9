/**
 * `clearance run`: a goal in words, or a script, carried out by a robot.
 * @module
 */
import { basename, extname } from "node:path";
import { languagePolicy } from "../policy/language/language-policy.ts";
import { scriptPolicy } from "../policy/script/script-policy.ts";
import { parseScript } from "../policy/script/parse-script.ts";
import { readText } from "../profile/files.ts";
import { vocabularyOf } from "../profile/vocabulary.ts";
import { slidingJoints } from "../robot/robot-model.ts";
import { oneOf, parseOptions, wholeNumber } from "./arguments.ts";
import type { EpisodeOptions } from "./episode.ts";
import type { LlmRunOptions } from "./llm-run.ts";
import { fromEnvironment, maxStepsAskedFor, rendererAskedFor, robotAskedFor, withInstructions } from "./environment.ts";
import { usage, UsageError } from "./usage.ts";
import type { VlaArguments } from "./vla-run.ts";

export const runOptions = {
  profile: { type: "string" },
  backend: { type: "string" },
  renderer: { type: "string" },
  policy: { type: "string" },
  script: { type: "string" },
  url: { type: "string" },
  decoder: { type: "string" },
  statistics: { type: "string" },
  images: { type: "boolean", default: false },
  camera: { type: "string", multiple: true },
  "image-size": { type: "string" },
  "api-key-env": { type: "string" },
  header: { type: "string", multiple: true },
  "request-timeout": { type: "string" },
  world: { type: "string" },
  model: { type: "string", multiple: true },
  "base-url": { type: "string" },
  "max-steps": { type: "string" },
  seed: { type: "string", default: "0" },
  trace: { type: "string" },
  latch: { type: "string" },
  verdicts: { type: "string" },
  realtime: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  quiet: { type: "boolean", default: false },
  approve: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const vlaOptions = ["url", "decoder", "statistics", "image-size", "api-key-env", "header", "request-timeout"] as const;

export async function runCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, runOptions);
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const policies = ["language", "script", "llm", "vla"] as const;
  const policy = oneOf("policy", values.policy ?? (values.script === undefined ? "language" : "script"), policies);
  const said = positionals.join(" ").trim();
  const goal = said === "" && policy !== "script" ? (fromEnvironment("GOAL") ?? "") : said;
  for (const name of vlaOptions) if (policy !== "vla" && values[name] !== undefined) throw new UsageError(`--${name} is for --policy vla`);
  if (policy !== "llm" && values.images) throw new UsageError("--images is for --policy llm");
  if (policy !== "llm" && policy !== "vla" && values.camera !== undefined) throw new UsageError("--camera is for --policy llm or vla");
  if (policy !== "script" && values.script !== undefined)
    throw new UsageError(`--policy ${policy} takes a goal in words; leave out --script or use --policy script`);
  if (policy !== "script" && goal === "")
    throw new UsageError('say what to do, for example: clearance run "pick up the red cube", or give --script FILE');
  if (policy === "script" && values.script === undefined) throw new UsageError("--policy script needs --script FILE");
  const models = modelsFrom(values.model ?? [], policy === "llm");
  if (policy !== "llm" && (models.language !== undefined || values["base-url"] !== undefined))
    throw new UsageError(`${models.language === undefined ? "--base-url" : `--model ${models.language}`} is for --policy llm`);
  const { loaded, backend } = robotAskedFor(values, {
    ...(values.world === undefined ? {} : { world: values.world }),
    ...(models.robot === undefined ? {} : { model: models.robot }),
  });
  const maxSteps = maxStepsAskedFor(values["max-steps"]);
  const common = {
    loaded,
    backend,
    renderer: rendererAskedFor(values.renderer),
    seed: wholeNumber("seed", values.seed),
    tracePath: values.trace ?? fromEnvironment("TRACE_OUT"),
    latchPath: values.latch,
    verdictsPath: values.verdicts,
    realtime: values.realtime,
    json: values.json,
    quiet: values.quiet,
    approve: values.approve,
    ...(maxSteps === undefined ? {} : { maxSteps }),
  };
  const { images, camera: cameras = [] } = values;
  const model = { model: models.language, baseUrl: values["base-url"], images, cameras, environment: process.env };
  const making = {
    language: () => byWords(common, goal),
    script: () => byScript(common, values.script ?? "", goal),
    llm: () => byModel(common, goal, model),
    vla: () => byVla(common, goal, { ...values, environment: process.env }),
  };
  const options: EpisodeOptions & { close?(): void } = await making[policy]();
  try {
    // The robot is loaded once the command line and the script are known to be good.
    const { runEpisode } = await import("./episode.ts");
    return await runEpisode(options);
  } finally {
    options.close?.();
  }
}

type Common = Omit<EpisodeOptions, "makePolicy" | "goal" | "traceName">;

async function byVla(
  common: Common,
  goal: string,
  { url, ...more }: Omit<VlaArguments, "url"> & { readonly url?: string | undefined },
): Promise<EpisodeOptions & { close(): void }> {
  if (url === undefined) throw new UsageError("--policy vla needs --url ws://HOST:PORT (openpi) or http://HOST:PORT/act (OpenVLA)");
  const { vlaRun } = await import("./vla-run.ts");
  return { ...common, ...(await vlaRun({ url, ...more })), goal, traceName: `${common.loaded.profile.name}-vla` };
}

function byWords(common: Common, goal: string): EpisodeOptions {
  const makePolicy: EpisodeOptions["makePolicy"] = ({ collision, profile }) => {
    const words = vocabularyOf({ ...common.loaded, profile });
    return languagePolicy({ vocabulary: { ...words, joints: collision.robot.jointNames, slides: slidingJoints(collision.robot) } });
  };
  return { ...common, goal, traceName: common.loaded.profile.name, makePolicy };
}

async function byModel(common: Common, goal: string, model: LlmRunOptions): Promise<EpisodeOptions> {
  const { llmMaxSteps, llmRun, llmUsageLine } = await import("./llm-run.ts");
  const makePolicy = await llmRun(withInstructions(common.loaded), model);
  return { maxSteps: llmMaxSteps, ...common, goal, traceName: common.loaded.profile.name, makePolicy, usageLine: llmUsageLine };
}

/** `--model` names a robot's file or, for a language model, that; it may stand once for each. */
function modelsFrom(given: readonly string[], llm: boolean): { readonly robot: string | undefined; readonly language: string | undefined } {
  const isFile = (text: string): boolean => (llm ? /\.(xml|urdf)$/i.test(text) : !/^(openai|anthropic):/.test(text));
  const files = given.filter(isFile);
  const names = given.filter((text) => !isFile(text));
  if (files.length > 1 || names.length > 1)
    throw new UsageError("--model stands twice; it takes one robot file and, with --policy llm, one language model");
  return { robot: files[0], language: names[0] };
}

/** The goal on the command line wins over the script's. */
export function byScript(common: Common, path: string, goal = ""): EpisodeOptions {
  const vocabulary = vocabularyOf(common.loaded);
  const script = parseScript(readText(path, "script"), { where: path, vocabulary });
  const name = basename(path, extname(path));
  return {
    ...common,
    goal: goal === "" ? (script.goal ?? name) : goal,
    traceName: name,
    makePolicy: () => scriptPolicy(script, { vocabulary }),
  };
}
