import type { MjModel } from "./mujoco-module.ts";

const utf8 = new TextDecoder();

/** Names of the objects whose byte offsets are `adr`; "" for an unnamed one (`mj_id2name` would return garbage). */
export function namesAt(model: MjModel, adr: Int32Array): readonly string[] {
  const bytes = model.names;
  return Array.from(adr, (from) => {
    let to = from;
    while (to < bytes.length && bytes[to] !== 0) to++;
    return utf8.decode(Uint8Array.from(bytes.subarray(from, to)));
  });
}

/** Values of the `<custom><numeric name=…>` element, or undefined where the model has none of that name. */
export function customNumbers(model: MjModel, name: string): readonly number[] | undefined {
  const index = namesAt(model, model.name_numericadr).indexOf(name);
  if (index < 0) return undefined;
  const from = model.numeric_adr[index] ?? 0;
  return Array.from(model.numeric_data.subarray(from, from + (model.numeric_size[index] ?? 0)));
}
