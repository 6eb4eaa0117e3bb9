/**
 * `custom_primitives`: modules that users bring, JavaScript or TypeScript, by path or package. To load a profile is to run them.
 * @module
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { nearestName } from "../core/nearest.ts";
import { customPrimitive } from "../intent/custom/custom-primitive.ts";
import { definePrimitive } from "../intent/define-primitive.ts";
import type { PlanDraft, Primitive } from "../intent/primitive.ts";
import { cataloguePrimitives, libraryNames, type CatalogueRobot, type Category } from "../intent/catalogue/catalogue.ts";
import type { WorldView } from "../intent/world-view.ts";
import type { Issue } from "./fill-in.ts";
import type { ProfileFile } from "./profile.ts";

/** What a factory is given. */
export interface PrimitiveKit {
  readonly definePrimitive: typeof definePrimitive;
  /** The schemas that arguments are declared with. */
  readonly z: typeof z;
  /** The plan of one of this robot's own primitives, to be made part of another. @throws Error for one that it does not have, or bad arguments */
  planOf(name: string, args: Record<string, unknown>, world: WorldView): PlanDraft;
}

/** A primitive that somebody brought, and where it is named. */
export interface Custom {
  readonly primitive: Primitive;
  readonly path: Issue["path"];
  /** Names of its sub-steps, where they are known beforehand. */
  readonly steps: readonly string[];
}

export interface CustomModules {
  readonly custom: readonly Custom[];
  readonly issues: readonly Issue[];
  /** Texts of the modules: part of what an episode ran with. */
  readonly sources: readonly string[];
}

/** Python modules of the reference's profiles, and what stands for them here. */
const shippedModules: Readonly<Record<string, string>> = {
  "ghostloop.samples.medbot": fileURLToPath(new URL("../../examples/custom-robot/primitives.mjs", import.meta.url)),
};

export interface ModuleSources {
  /** Where relative paths begin. */
  readonly folder: string;
  /** More modules by the name that a profile calls them. */
  readonly modules?: Readonly<Record<string, string>>;
}

export function loadCustomPrimitives(entries: ProfileFile["custom_primitives"], kit: PrimitiveKit, from: ModuleSources): CustomModules {
  const custom: Custom[] = [];
  const issues: Issue[] = [];
  const sources: string[] = [];
  for (const [i, entry] of (entries ?? []).entries()) {
    // An entry that is none was reported by the schema.
    if (entry === undefined) continue;
    const path = ["custom_primitives", i];
    const say = (problem: string): void => void issues.push({ path, problem });
    const named = typeof entry === "string" ? splitName(entry) : entry;
    if (named === undefined) say(`${JSON.stringify(entry)} is not of the form module:factory`);
    else loadOne(named, kit, from, { say, keep: (one) => custom.push({ ...one, path }), source: (text) => sources.push(text) });
  }
  return { custom, issues, sources };
}

/** Those of a profile in code. */
export function customFrom(raw: readonly unknown[]): Pick<CustomModules, "custom" | "issues"> {
  const custom: Custom[] = [];
  const issues: Issue[] = [];
  for (const [i, one] of raw.entries()) {
    const path = ["primitives", i];
    const answer = customPrimitive(one);
    if (answer.ok) custom.push({ primitive: answer.primitive, steps: answer.steps, path });
    else for (const problem of answer.problems) issues.push({ path, problem: `${nameOf(one)}: ${problem}` });
  }
  return { custom, issues };
}

export function primitiveKit(robot: CatalogueRobot, categories: readonly Category[]): PrimitiveKit {
  let library: ReadonlyMap<string, Primitive> | undefined;
  return Object.freeze({
    definePrimitive,
    z,
    planOf(name: string, args: Record<string, unknown>, world: WorldView) {
      library ??= new Map([...cataloguePrimitives(robot), ...cataloguePrimitives(robot, categories)].map((one) => [one.name, one]));
      const primitive = library.get(name);
      if (primitive === undefined) throw new Error(`planOf: this robot has no primitive '${name}' of its own`);
      const bound = primitive.bind(args as Parameters<Primitive["bind"]>[0]);
      if (!bound.ok) throw new Error(`planOf: ${bound.problem}`);
      return bound.call.plan(world);
    },
  });
}

/** Names that no primitive of a user may have: the library's, whether this robot has them or not, and `stop`. */
export function shadowed(name: string): string | undefined {
  return libraryNames.has(name) ? `the name '${name}' is the library's own; give it another` : undefined;
}

function splitName(text: string): { readonly module: string; readonly factory: string } | undefined {
  const at = text.lastIndexOf(":");
  return at > 0 && at < text.length - 1 ? { module: text.slice(0, at), factory: text.slice(at + 1) } : undefined;
}

interface Taking {
  readonly say: (problem: string) => void;
  readonly keep: (custom: Omit<Custom, "path">) => void;
  readonly source: (text: string) => void;
}

function loadOne(
  { module, factory }: { readonly module: string; readonly factory: string },
  kit: PrimitiveKit,
  from: ModuleSources,
  to: Taking,
): void {
  const file = fileOf(module, from);
  if (typeof file !== "string") {
    to.say(file.problem);
    return;
  }
  let loaded: unknown;
  try {
    to.source(readFileSync(file, "utf8"));
    loaded = createRequire(file)(file);
  } catch (error) {
    to.say(`${module} does not load: ${firstLine(error)}`);
    return;
  }
  const exported = loaded as Readonly<Record<string, unknown>>;
  const make = exported[factory];
  if (typeof make !== "function") {
    const functions = Object.keys(exported).filter((name) => typeof exported[name] === "function");
    const near = nearestName(factory, functions);
    to.say(
      `${module} has no function '${factory}'; ${near === undefined ? `it has ${functions.join(", ") || "none"}` : `did you mean '${near}'?`}`,
    );
    return;
  }
  let made: unknown;
  try {
    made = (make as (kit: PrimitiveKit) => unknown)(kit);
  } catch (error) {
    to.say(`${factory} of ${module} threw: ${firstLine(error)}`);
    return;
  }
  if (made instanceof Promise) {
    made.catch(() => undefined);
    to.say(`${factory} of ${module} gives a promise; load what it needs before, and give primitives`);
    return;
  }
  const list: readonly unknown[] = Array.isArray(made) ? made : [made];
  if (list.length === 0) to.say(`${factory} of ${module} gives no primitives`);
  for (const raw of list) {
    const answer = customPrimitive(raw);
    if (answer.ok) to.keep(answer);
    else for (const problem of answer.problems) to.say(`${nameOf(raw)} of ${module}: ${problem}`);
  }
}

function fileOf(module: string, { folder, modules }: ModuleSources): string | { readonly problem: string } {
  const known = { ...shippedModules, ...modules };
  const mapped = Object.hasOwn(known, module) ? known[module] : undefined;
  if (mapped !== undefined) return resolve(folder, mapped);
  const require = createRequire(join(resolve(folder), "profile.yaml"));
  try {
    return require.resolve(
      isAbsolute(module) || /^\.{1,2}[/\\]/.test(module) ? resolve(folder, module) : fromPackage(module, folder, require),
    );
  } catch (error) {
    if (/\.py$|^[a-z_]\w*(?:\.[a-z_]\w*)+$/i.test(module) && !/\.[cm]?[jt]s$/i.test(module))
      return {
        problem: `${module} is a Python module; write its primitives in JavaScript or TypeScript and name that file, for example ./primitives.mjs`,
      };
    return { problem: `${module} is not found: ${firstLine(error)}` };
  }
}

/** A file beside the profile may go without its `./`. */
function fromPackage(module: string, folder: string, require: NodeJS.Require): string {
  try {
    return require.resolve(module);
  } catch {
    return resolve(folder, module);
  }
}

function nameOf(raw: unknown): string {
  const name: unknown = typeof raw === "object" && raw !== null && "name" in raw ? raw.name : undefined;
  return typeof name === "string" ? name : "a primitive";
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split("\n")[0] ?? text;
}
