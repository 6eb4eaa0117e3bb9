/**
 * A user's model text on its way to the engine: parsed, made to fit this backend, and compiled. What had to be changed is said in `notes`.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { ModelFiles } from "./model-files.ts";
import type { MjModel, MjSpec, MjVfs, MujocoModule } from "./mujoco-module.ts";
import { baseName, elements, stripVisuals } from "./strip-visuals.ts";

export interface MujocoModelSource {
  /** MJCF or URDF text. */
  readonly xml: string;
  /** Files the text refers to (meshes, textures, includes), by their path relative to the text, for example `assets/link0.stl`. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  /** Default: "urdf" where the root element is `<robot>`. */
  readonly kind?: "mjcf" | "urdf";
  /** What the text is called in messages. Default: "model". */
  readonly where?: string;
}

export interface PrepareOptions {
  /** Steps come in whole numbers to this period, s. */
  readonly periodS: number;
  /** Drop geoms that only paint, and their meshes. Default false. */
  readonly stripVisuals?: boolean;
  /** Free bodies that will join, for the size of the engine's arena. */
  readonly nObjects: number;
}

/** Owns WASM memory until `dispose`. */
export interface PreparedSpec {
  readonly spec: MjSpec;
  readonly kind: "mjcf" | "urdf";
  readonly stepsPerPeriod: number;
  readonly notes: string[];
  /** Throws `format.invalid`. The model is the caller's to delete. */
  compile(): MjModel;
  dispose(): void;
}

const utf8 = new TextEncoder();

/** Throws `format.invalid` with the engine's words for a text it refuses. */
export function prepareSpec(mujoco: MujocoModule, source: MujocoModelSource, options: PrepareOptions): PreparedSpec {
  const where = source.where ?? "model";
  const vfs = new mujoco.MjVFS();
  const files = Object.entries(source.files ?? {});
  // Parsing reads texts, compiling reads meshes.
  const [texts, rest] = [files.filter(([name]) => /\.xml$/i.test(name)), files.filter(([name]) => !/\.xml$/i.test(name))];
  addFiles(vfs, texts);
  let spec: MjSpec;
  try {
    spec = mujoco.parseXMLString(source.xml, vfs);
  } catch (cause) {
    vfs.delete();
    throw refused(where, cause);
  }
  const assets = new ModelFiles(mujoco);
  spec.modelfiledir = assets.folder;
  const kind = source.kind ?? (/<robot[\s>]/.test(source.xml) ? "urdf" : "mjcf");
  const notes: string[] = [];
  // A fused fixed link would take the tip's frame with it.
  if (kind === "urdf") spec.compiler.fusestatic = false;
  const { geoms, meshFiles } = options.stripVisuals === true ? stripVisuals(mujoco, spec) : { geoms: 0, meshFiles: [] };
  if (geoms > 0) notes.push(`left out ${geoms} geoms that only paint`);
  const unused = new Set(meshFiles.map(baseName));
  assets.add(rest.filter(([name]) => !unused.has(baseName(name))));
  const stepsPerPeriod = fitTimestep(spec, options.periodS, notes);
  // Silent resets would pass an explosion off as motion; the state is checked after every step instead.
  spec.option.disableflags |= mujoco.mjtDisableBit.mjDSBL_AUTORESET.value;
  if (spec.memory < 0) spec.memory = arenaBytes(options.nObjects);
  return {
    spec,
    kind,
    stepsPerPeriod,
    notes,
    compile: () => compile(mujoco, spec, vfs, where),
    dispose: () => {
      spec.delete();
      vfs.delete();
      assets.dispose();
    },
  };
}

function addFiles(vfs: MjVfs, files: readonly (readonly [name: string, content: Uint8Array | string])[]): void {
  for (const [name, content] of files) vfs.addBuffer(name, typeof content === "string" ? utf8.encode(content) : content);
}

/** Arms with a controller carry their own weight: `gravcomp` for every body, unless the model says itself which bodies have it. */
export function compensateGravity(mujoco: MujocoModule, spec: MjSpec, notes: string[]): void {
  const bodies = elements(mujoco, spec, mujoco.mjtObj.mjOBJ_BODY).flatMap((element) => mujoco.mjs_asBody(element) ?? []);
  if (bodies.some((body) => body.gravcomp !== 0)) return;
  for (const body of bodies) body.gravcomp = 1;
  notes.push("compensated gravity on every body of the robot");
}

/** Keyframes have the length of the robot's own state; with objects in the world they would no longer fit. */
export function dropKeyframes(mujoco: MujocoModule, spec: MjSpec): void {
  for (const element of elements(mujoco, spec, mujoco.mjtObj.mjOBJ_KEY)) mujoco.mjs_delete(spec, element);
}

function fitTimestep(spec: MjSpec, periodS: number, notes: string[]): number {
  const own = spec.option.timestep;
  if (!(own > 0))
    throw new ClearanceError("config.invalid", `the model's timestep is ${own} s; give a positive one`, {
      source: "mujoco model",
      problems: ["timestep"],
    });
  const steps = Math.max(1, Math.ceil(periodS / own - 1e-9));
  const fitted = periodS / steps;
  if (Math.abs(fitted - own) > 1e-12) notes.push(`timestep ${own} s became ${fitted} s, ${steps} to a control period`);
  spec.option.timestep = fitted;
  return steps;
}

/** Far above what an arm and its objects use (tens of kB), far below the 14 MB default of which 140 fill the heap. */
function arenaBytes(nObjects: number): number {
  return (4 << 20) + nObjects * (256 << 10);
}

function compile(mujoco: MujocoModule, spec: MjSpec, vfs: MjVfs, where: string): MjModel {
  let model: MjModel;
  try {
    model = mujoco.mj_compile(spec, vfs);
  } catch (cause) {
    throw refused(where, cause);
  }
  const odd = mustBeFinite.find((key) => !Float64Array.from(model[key]).every((value) => Number.isFinite(value)));
  if (odd === undefined) return model;
  model.delete();
  throw refused(where, new Error(`a number in ${odd} is not finite`));
}

/** The engine compiles NaN without a word. */
const mustBeFinite = [
  "body_pos",
  "body_quat",
  "jnt_pos",
  "jnt_axis",
  "jnt_range",
  "geom_pos",
  "geom_quat",
  "geom_size",
  "qpos0",
  "key_qpos",
] as const;

function refused(where: string, cause: unknown): ClearanceError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const problem = said
    .replace(/^MuJoCo Error:\s*/, "")
    .replace(/\/clearance-model-\d+\//g, "")
    .replace(/\s+/g, " ")
    .trim();
  const line = /line (\d+)/.exec(problem)?.[1];
  const place = line === undefined ? where : `${where}:${line}`;
  const missing = /Error opening file '([^']*)'/.exec(problem)?.[1];
  const massless = problem.includes("mjMINVAL");
  const fix =
    missing !== undefined
      ? `give the file "${missing}", or open with stripVisuals: true if only pictures need it`
      : massless
        ? "give every link that moves a mass and an inertia, or take the backend kinematic, which needs none"
        : "correct the model";
  return new ClearanceError("format.invalid", `${place}: ${problem}; ${fix}`, { where: place, problem, fix }, { cause });
}
