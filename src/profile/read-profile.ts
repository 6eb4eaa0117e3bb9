/**
 * A profile's text, or the same in code, held to everything that can be known without its files: every fault at once, with its place.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { plainValue, readSource, whereOf, type SourceValue } from "../core/yaml/source.ts";
import { schemaProblems } from "../core/yaml/strict.ts";
import { randomizedProblems } from "./backend-choice.ts";
import { customFrom, loadCustomPrimitives, primitiveKit, type Custom, type ModuleSources } from "./custom-modules.ts";
import { filledIn, type Issue } from "./fill-in.ts";
import { catalogueRobotOf, primitivesOf } from "./primitives-of.ts";
import { profileSchema, type ProfileFile, type RobotProfile } from "./profile.ts";
import { salvaged } from "./salvage.ts";

/** A profile as it was given. */
export interface GivenProfile {
  readonly value: unknown;
  /** Shape of `value`, with places; of one in code the root alone. */
  readonly source: SourceValue;
  readonly where: string;
  /** Keys that stand twice. */
  readonly problems: readonly string[];
  /** Primitives of a profile in code. */
  readonly primitives: readonly unknown[];
}

export interface ReadContext extends ModuleSources {
  /** One of our own profiles by name. @throws ClearanceError */
  readonly shipped: (name: string) => RobotProfile;
  /** The robot is another than the profile's: its own names are not looked at. */
  readonly ownModel: boolean;
}

export interface ReadProfile {
  /** Fit for use only where there are no problems. */
  readonly profile: RobotProfile;
  readonly custom: readonly Custom[];
  readonly few: boolean;
  /** Whether one of our own robots and worlds stands in. */
  readonly standIn: boolean;
  /** Texts of the modules it names. */
  readonly sources: readonly string[];
  /** A line each, with its place. */
  readonly problems: readonly string[];
  /** Such a line, for a fault found later. */
  line(issue: Issue): string;
}

/** @throws ClearanceError `format.invalid` for what is not YAML at all */
export function profileText(text: string, where: string): GivenProfile {
  const problems: string[] = [];
  const source = readSource(text, where, "profile", (problem) => problems.push(problem));
  return { value: plainValue(source), source, where, problems, primitives: [] };
}

/** `value` has what the YAML would have; functions stand in `primitives`. */
export function profileInCode(value: Readonly<Record<string, unknown>>, primitives: readonly unknown[]): GivenProfile {
  const { name } = value;
  const where = `profile ${typeof name === "string" ? name : "in code"}`;
  return { value, source: { kind: "scalar", where, size: 1, height: 1, value: null, source: "" }, where, problems: [], primitives };
}

export function readProfile(given: GivenProfile, context: ReadContext): ReadProfile {
  const { source } = given;
  const line = ({ path, problem }: Issue): string =>
    `${whereOf(source, path)}: ${path.length === 0 ? "" : `'${path.join(".")}': `}${problem}`;
  const parsed = profileSchema.safeParse(given.value);
  const problems = [...given.problems, ...(parsed.success ? [] : schemaProblems(parsed.error, profileSchema, source))];
  const file = (parsed.success ? parsed.data : salvaged(profileSchema, given.value)) as ProfileFile | undefined;
  if (file === undefined) throw invalid(given.where, problems);
  const { profile, standIn, issues } = filledIn(sound(file), context.shipped);
  const { gripper } = profile.robot;
  const kit = primitiveKit(catalogueRobotOf({ profile, gripper }), profile.categories);
  const modules = loadCustomPrimitives(file.custom_primitives, kit, context);
  const brought = customFrom(given.primitives);
  const custom = [...modules.custom, ...brought.custom];
  const few = standIn && profile.categories.length === 0;
  // Which names the robot has is known only where its categories are.
  const categoriesKnown = parsed.success || !parsed.error.issues.some(({ path }) => path[0] === "categories");
  const assembled = context.ownModel || !categoriesKnown ? [] : primitivesOf({ profile, custom, gripper, few }).issues;
  // A custom primitive that did not load is told of once, and not again wherever it is named.
  const unloaded = modules.issues.length + brought.issues.length > 0;
  const named = unloaded ? assembled.filter((issue) => issue.unheardOf !== true) : assembled;
  const found = [...issues, ...ownIssues(profile), ...modules.issues, ...brought.issues, ...named];
  return { profile, custom, few, standIn, sources: modules.sources, problems: [...problems, ...found.map(line)], line };
}

/** A profile in one text, without its files. @throws ClearanceError naming file, line and fix */
export function parseProfile(text: string, where: string): RobotProfile {
  const shipped = (): never => {
    throw invalid(where, [`${where}: 'robot' is missing; only a file can leave it to its morphology`]);
  };
  const { profile, problems } = readProfile(profileText(text, where), { shipped, folder: ".", ownModel: true });
  if (problems.length > 0) throw invalid(where, problems);
  return profile;
}

export function invalid(source: string, problems: readonly string[]): ClearanceError<"config.invalid"> {
  return new ClearanceError("config.invalid", problems.join("\n"), { source, problems });
}

/** Lists and mappings that were none are empty. */
function sound(file: ProfileFile): ProfileFile {
  const nothing = {
    categories: [],
    composites: [],
    cameras: [],
    safety_gates: [],
    denied_primitives: [],
    hitl_primitives: [],
    per_primitive_cooldown: {},
  };
  const here = Object.entries(file).filter(([, value]) => value !== undefined);
  return { ...nothing, ...Object.fromEntries(here) } as unknown as ProfileFile;
}

function ownIssues({ workspace_bounds: bounds, obstacle_slow_m, obstacle_slow_mps, randomized }: RobotProfile): readonly Issue[] {
  const issues: Issue[] = [];
  const [low, high] = bounds ?? [];
  for (const axis of [0, 1, 2])
    if (low?.[axis] !== undefined && high?.[axis] !== undefined && !(low[axis] < high[axis]))
      issues.push({
        path: ["workspace_bounds"],
        problem: `min ${"xyz"[axis]} = ${low[axis]} is not less than max ${"xyz"[axis]} = ${high[axis]}`,
      });
  if ((obstacle_slow_m === undefined) !== (obstacle_slow_mps === undefined)) {
    const [here, missing] =
      obstacle_slow_m === undefined ? ["obstacle_slow_mps", "obstacle_slow_m"] : ["obstacle_slow_m", "obstacle_slow_mps"];
    issues.push({ path: [here!], problem: `needs ${missing} beside it` });
  }
  for (const problem of randomizedProblems(randomized ?? {})) issues.push({ path: ["randomized"], problem });
  return issues;
}
