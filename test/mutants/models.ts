import { inFile, type Mutant } from "./mutant.ts";

/** Where models and their programs come in, and bodies go out. */
export const modelMutants: readonly Mutant[] = [
  ...inFile(
    "src/policy/vla/vla-policy.ts",
    ["src/policy/vla/vla-policy.test.ts"],
    [
      ["if (answeredId !== asked.id)", "if (false)"],
      ["return tookMs <= deadlineMs ? undefined", "return true ? undefined"],
      ["if (bad >= 0) return", "if (false) return"],
      ["if (proposed.gripperClosed !== undefined) this.#options", "this.#options"],
      ["chunk.width !== this.#width", "false"],
    ],
  ),
  ...inFile(
    "src/runtime/preview.ts",
    ["src/runtime/preview.test.ts", "src/runtime/runtime.test.ts"],
    [
      ["if (barred !== undefined) {", "if (false) {"],
      ['if (verdict.kind === "deny") return false;', ""],
      ["if (!ok) break;", ""],
    ],
  ),
  ...inFile(
    "src/mcp/http/tokens.ts",
    ["src/mcp/http.test.ts", "test/mcp-cli.test.ts"],
    [
      ["if (timingSafeEqual(sent, token.digest)) found = token", "found = token"],
      ["allowed.length === 0 || unknown > 0", "unknown > 99"],
    ],
  ),
  ...inFile(
    "src/mcp/clients.ts",
    ["src/mcp/http.test.ts", "src/mcp/approvals.test.ts"],
    [["if (auth !== undefined && !auth", "if (false && !auth"]],
  ),
  ...inFile(
    "src/intent/catalogue/body.ts",
    ["src/profile/presets.test.ts"],
    [
      ["angleRad - 2 * Math.PI", "angleRad - 0 * Math.PI"],
      ["heading + turnRadPerS * pieceS * (piece + 0.5)", "heading"],
    ],
  ),
  ...inFile(
    "src/intent/catalogue/fly.ts",
    ["src/profile/presets.test.ts"],
    [["if (!flies(world)) return { segments: [], declared, failure: onTheGround };", ""]],
  ),
  ...inFile(
    "src/kernel/contact-canaries.ts",
    ["src/kernel/canaries.test.ts"],
    [["if (!sight.onlyBetween(from, to, contact)) continue;", "continue;"]],
  ),
];
