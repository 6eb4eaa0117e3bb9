/**
 * The primitives of a profile's robot: the library's, those that users bring, and composites of both. Everything that does not fit is
 * told at once.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { nearestName } from "../core/nearest.ts";
import { cataloguePrimitives, libraryNames, type CatalogueRobot } from "../intent/catalogue/catalogue.ts";
import type { Offered } from "../intent/catalogue/look.ts";
import { compositePrimitive } from "../intent/composite.ts";
import type { Primitive } from "../intent/primitive.ts";
import { PrimitiveRegistry } from "../intent/registry.ts";
import { shadowed, type Custom } from "./custom-modules.ts";
import type { Issue } from "./fill-in.ts";
import type { RobotProfile } from "./profile.ts";
import { offeredBy } from "./sensing-schema.ts";

export interface PrimitivesOf {
  readonly registry: PrimitiveRegistry;
  readonly issues: readonly Issue[];
}

export interface PrimitiveSources {
  readonly profile: RobotProfile;
  readonly custom: readonly Custom[];
  readonly gripper: boolean;
  /** What there is to look with; what the profile says unless given. */
  readonly sensors?: Offered | undefined;
  /** Names that a robot in place of the profile's own cannot do. */
  readonly leftOut?: ReadonlySet<string>;
  /** Of a profile that names no primitives at all: these four, as the reference has it, and not all that an arm can do. */
  readonly few: boolean;
}

const fewNames = new Set(["move_to", "scan", "pick", "place", "stop"]);

export function primitivesOf(sources: PrimitiveSources): PrimitivesOf {
  const issues: Issue[] = [];
  const { leftOut = new Set() } = sources;
  const registry = new PrimitiveRegistry(libraryOf(sources, issues).filter(({ name }) => !leftOut.has(name)));
  for (const { primitive, path } of sources.custom) {
    const shadow =
      shadowed(primitive.name) ?? (registry.has(primitive.name) ? `two primitives have the name '${primitive.name}'` : undefined);
    if (shadow === undefined) registry.register(primitive);
    else issues.push({ path, problem: shadow });
  }
  addComposites(sources, registry, issues);
  issues.push(...unknownNames(sources.profile, registry));
  return { registry, issues };
}

/** What the catalogue is to know of a profile's robot. */
export function catalogueRobotOf({ profile, gripper, sensors }: Pick<PrimitiveSources, "profile" | "gripper" | "sensors">): CatalogueRobot {
  const { body, postures, head, arms } = profile.robot;
  return { gripper, body, postures, head, arms, sensors: sensors ?? offeredBy(profile), battery: profile.battery !== undefined };
}

function libraryOf(sources: PrimitiveSources, issues: Issue[]): readonly Primitive[] {
  const { profile, custom, few } = sources;
  const robot = catalogueRobotOf(sources);
  if (profile.categories.length === 0) {
    const everything = cataloguePrimitives(robot);
    if (!few) return everything;
    return everything.filter(({ name }) => (custom.length === 0 ? fewNames.has(name) : name === "stop"));
  }
  const chosen = new Map<string, Primitive>();
  for (const [i, category] of profile.categories.entries()) {
    if (category === undefined) continue;
    try {
      for (const primitive of cataloguePrimitives(robot, [category])) chosen.set(primitive.name, primitive);
    } catch (error) {
      if (!ClearanceError.is(error, "config.invalid")) throw error;
      issues.push(...error.data.problems.map((problem) => ({ path: ["categories", i], problem })));
    }
  }
  return [...chosen.values()];
}

/** In an order in which each finds its steps, however they are written. */
function addComposites({ profile, custom }: PrimitiveSources, registry: PrimitiveRegistry, issues: Issue[]): void {
  const composites = new Map<
    string,
    { readonly steps: readonly string[]; readonly description?: string | undefined; readonly path: Issue["path"] }
  >();
  for (const [i, composite] of profile.composites.entries()) {
    // What the schema did not take was told of by it.
    if (composite?.name === undefined || composite.steps === undefined) continue;
    const path = ["composites", i];
    const { name, steps, description } = composite;
    const taken = registry.has(name) || composites.has(name) ? `primitive already registered: ${name}` : shadowed(name);
    if (taken === undefined) composites.set(name, { steps, description, path });
    else issues.push({ path: [...path, "name"], problem: taken });
  }
  const stepsOf = new Map(custom.map(({ primitive, steps }) => [primitive.name, steps]));
  for (const [name, { steps }] of composites) stepsOf.set(name, steps);
  const known = [...registry.names(), ...composites.keys()];
  const state = new Map<string, "open" | "done">();
  const visit = (name: string, way: readonly string[], path: Issue["path"]): void => {
    if (state.get(name) === "done") return;
    if (state.get(name) === "open") {
      const circle = [...way.slice(way.indexOf(name)), name].join(" → ");
      const problem = way.at(-1) === name ? `${name}: a composite cannot contain itself` : `composites go round in a circle: ${circle}`;
      issues.push({ path, problem });
      return;
    }
    state.set(name, "open");
    const composite = composites.get(name);
    const at = composite?.path ?? path;
    for (const [i, step] of (stepsOf.get(name) ?? []).entries()) {
      if (step === undefined) continue;
      const stepPath = composite === undefined ? at : [...at, "steps", i];
      if (registry.has(step) || stepsOf.has(step)) visit(step, [...way, name], stepPath);
      else
        issues.push({
          path: stepPath,
          problem: `${name}: unknown step '${step}'; ${hint(step, known)}`,
          unheardOf: unheardOf(step, known),
        });
    }
    state.set(name, "done");
    if (composite === undefined || !composite.steps.every((step) => registry.has(step))) return;
    const { steps, description } = composite;
    registry.register(compositePrimitive(name, steps, registry, description === undefined ? {} : { description }));
  };
  for (const name of stepsOf.keys())
    visit(name, [], composites.get(name)?.path ?? custom.find(({ primitive }) => primitive.name === name)?.path ?? []);
}

/** Names that no primitive has, wherever a profile names one. */
function unknownNames(profile: RobotProfile, registry: PrimitiveRegistry): readonly Issue[] {
  const named: (readonly [path: Issue["path"], name: string, library: boolean])[] = [];
  const list = (path: Issue["path"], names: readonly string[] | undefined, library = false): void => {
    for (const [i, name] of (names ?? []).entries()) if (name !== undefined) named.push([[...path, i], name, library]);
  };
  const keys = (path: Issue["path"], record: object | undefined): void => {
    for (const name of Object.keys(record ?? {})) named.push([[...path, name], name, false]);
  };
  list(["denied_primitives"], profile.denied_primitives, true);
  list(["hitl_primitives"], profile.hitl_primitives);
  keys(["per_primitive_cooldown"], profile.per_primitive_cooldown);
  for (const [i, gate] of profile.safety_gates.entries()) {
    const at = ["safety_gates", i, "args"];
    if (gate?.kind === "deny_list") list([...at, "denied"], gate.args.denied, true);
    if (gate?.kind === "human_in_the_loop") list([...at, "requires_approval"], gate.args.requires_approval);
    if (gate?.kind === "cooldown" || gate?.kind === "time_window" || gate?.kind === "action_smoothing")
      keys([...at, "per_primitive"], gate.args.per_primitive);
  }
  // What the profile's own composites are called is known, even of one that has another fault.
  const composites = new Set(profile.composites.map((composite) => composite?.name));
  return named
    .filter(([, name, library]) => !registry.has(name) && !composites.has(name) && !(library && libraryNames.has(name)))
    .map(([path, name]) => ({
      path,
      problem: `names the primitive '${name}', which this robot does not have; ${hint(name, registry.names())}`,
      unheardOf: unheardOf(name, registry.names()),
    }));
}

function hint(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === undefined ? `known: ${known.join(", ")}` : `did you mean '${near}'?`;
}

function unheardOf(name: string, known: readonly string[]): boolean {
  return nearestName(name, known) === undefined;
}
