import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { gateNames } from "./gate-names.ts";

test("the list of gates names every gate there is, once, sorted", () => {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const ids = readdirSync(folder)
    .filter((file) => file.endsWith("-gate.ts"))
    .map((file) => {
      const [, own, limit] = / id = "([a-z_]+)"|"(rate_limit)"/.exec(readFileSync(`${folder}${file}`, "utf8")) ?? [];
      return own ?? limit ?? file;
    });
  expect(gateNames.join(" ")).toBe(ids.sort((a, b) => (a < b ? -1 : 1)).join(" "));
});
