import { namesAt } from "./model-names.ts";
import type { MjModel } from "./mujoco-module.ts";

/** What each geom is a part of: a fixture, an object, a link; what stands in the world beside them has its own name. */
export function geomNames(model: MjModel): { readonly nameOfGeom: Uint16Array; readonly names: readonly string[] } {
  const bodies = namesAt(model, model.name_bodyadr);
  const named = namesAt(model, model.name_geomadr).map((geom, g) => {
    const body = model.geom_bodyid[g] ?? 0;
    const [kind, name = "", ...rest] = geom.split("/");
    if (kind === "fixture") return [name, ...rest.slice(0, -1)].join("/");
    if (kind === "object") return [name, ...rest].join("/");
    return body > 0 ? (bodies[body] ?? "robot") : geom === "" ? "world" : geom;
  });
  const names = [...new Set(named)];
  return { names, nameOfGeom: Uint16Array.from(named, (name) => names.indexOf(name)) };
}
