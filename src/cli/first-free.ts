import { existsSync } from "node:fs";

/** The first of the paths numbered 1, 2, … that nothing has yet. */
export function firstFree(pathOf: (n: number) => string): string {
  for (let n = 1; ; n++) {
    const path = pathOf(n);
    if (!existsSync(path)) return path;
  }
}
