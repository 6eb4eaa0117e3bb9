import { ClearanceError } from "../../core/errors.ts";
import type { MujocoModule } from "./mujoco-module.ts";

let loading: Promise<MujocoModule> | undefined;

/**
 * The engine, instantiated once per process (or page) on first use: 75-300 ms and about 15 MB. Works in Node, workers and browsers; a
 * bundler must serve `mujoco.wasm` beside the package's script. Throws `backend.unavailable`; a later call tries again.
 */
export function loadMujoco(): Promise<MujocoModule> {
  loading ??= instantiate().catch((cause: unknown) => {
    loading = undefined;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ClearanceError(
      "backend.unavailable",
      `the MuJoCo engine did not load: ${problem}; install it with "npm install @mujoco/mujoco@3.14.0"`,
      { backend: "mujoco", problem, fix: "npm install @mujoco/mujoco@3.14.0" },
      { cause },
    );
  });
  return loading;
}

async function instantiate(): Promise<MujocoModule> {
  const { default: factory } = await import("@mujoco/mujoco");
  // The engine prints its warnings ("Nan, Inf or huge value in QACC") by itself; what matters of them is checked after every step.
  const module: unknown = await factory({ print: () => undefined, printErr: () => undefined });
  if (!isMujocoModule(module)) throw new Error("this version of @mujoco/mujoco lacks functions that Clearance needs");
  return module;
}

/** The boundary between the package's types (arrays are `any`) and ours: both describe the same object. */
function isMujocoModule(module: unknown): module is MujocoModule {
  const needed = [
    "MjData",
    "MjVFS",
    "DoubleBuffer",
    "IntBuffer",
    "parseXMLString",
    "mj_compile",
    "mj_step",
    "mj_setState",
    "mj_multiRay",
    "mjs_addGeom",
    "mjs_delete",
  ];
  const has = (object: unknown, name: string): boolean =>
    typeof object === "object" && object !== null && typeof Reflect.get(object, name) === "function";
  return needed.every((name) => has(module, name)) && has(Reflect.get(Object(module), "FS"), "writeFile");
}
