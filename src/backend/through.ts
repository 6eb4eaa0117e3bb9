import type { Backend } from "./backend.ts";

/** `own` first, then `base`, whose methods keep it as their `this`. */
export function through<B extends Backend, Own extends object>(base: B, own: Own): B & Own {
  const proxy: object = new Proxy(own, {
    get(target, key) {
      if (Object.hasOwn(target, key)) return Reflect.get(target, key);
      const value: unknown = Reflect.get(base, key, base);
      return typeof value === "function" ? value.bind(base) : value;
    },
    set: (target, key, value) => !Object.hasOwn(target, key) && Reflect.set(base, key, value, base),
    has: (target, key) => key in target || key in base,
  });
  // The traps make it both, which TypeScript's type of Proxy cannot say.
  return proxy as B & Own;
}
