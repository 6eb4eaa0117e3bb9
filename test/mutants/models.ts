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
    "src/policy/vla/vla-policy.ts",
    ["src/policy/vla/camera-observation.test.ts"],
    [
      ['if (failure === "unseen") return', "if (false) return"],
      [
        'if (observation instanceof Error) return failed("unseen", observation.message);',
        'if (observation instanceof Error) return failed("unseen", "");',
      ],
    ],
  ),
  ...inFile(
    "src/policy/vla/vla-policy.ts",
    ["src/policy/vla/shown-pixels.test.ts"],
    [
      ["    this.#shown = shown;\n", "    this.#shown ??= shown;\n"],
      ["shown = turn.show?.(", "this.#shown = turn.show?.("],
    ],
  ),
  ...inFile(
    "src/policy/vla/shown-pixels.ts",
    ["src/policy/vla/shown-pixels.test.ts"],
    [
      ["return first === 3 ?", "return first === 4 ?"],
      ["cameras[as]! : as", "as : as"],
    ],
  ),
  ...inFile(
    "src/policy/llm/llm-policy.ts",
    ["src/policy/llm/pictures.test.ts"],
    [
      ["this.#shown = turn.show?.(", "this.#shown ??= turn.show?.("],
      ["...(this.#shown === undefined ? {} : { shown: this.#shown })", ""],
    ],
  ),
  ...inFile(
    "src/policy/vla/request-secrets.ts",
    ["src/policy/vla/openpi-client.test.ts", "src/policy/vla/openvla-client.test.ts"],
    [
      ["[apiKey, ...Object.values(headers)]", "[apiKey]"],
      ["length >= shortest", "length >= 1000"],
    ],
  ),
  ...inFile(
    "src/cli/cameras.ts",
    ["src/cli/cameras.test.ts"],
    [
      ["if (unknown === undefined) return;", "if (unknown !== undefined) return;"],
      ["camera === defaultCamera && there.length > 0", "camera === defaultCamera"],
    ],
  ),
  ...inFile(
    "src/policy/llm/pictures.ts",
    ["src/policy/llm/pictures.test.ts"],
    [
      ["const facts = quoted({ camera, modality, width, height });", "const facts = JSON.stringify({ camera, modality, width, height });"],
      ["this.#cameras = images ? cameras : [];", 'this.#cameras = ["scene"];'],
      ["if (bytes.byteLength <= longestFile) return", "if (true) return"],
    ],
  ),
  ...inFile(
    "src/mcp/pictures.ts",
    ["src/mcp/pictures.test.ts"],
    [
      ["if (image.bytes.byteLength > longestFile)", "if (false)"],
      ["if (shown === mostPictures)", "if (false)"],
      ["camera: cleanText(camera, 100)", "camera"],
    ],
  ),
  ...inFile(
    "src/mcp/resources.ts",
    ["src/mcp/pictures.test.ts"],
    [
      [
        'const config = (title: string) => ({ title, mimeType: "image/png", scopeChallenge: requireScopes("observe") });',
        'const config = (title: string) => ({ title, mimeType: "image/png" });',
      ],
      ["if (reason !== undefined) throw", "if (false) throw"],
    ],
  ),
  ...inFile(
    "src/mcp/news.ts",
    ["src/mcp/news.test.ts"],
    [
      ['if (era === "legacy" && observes) this', 'if (era === "legacy") this'],
      ["if (before === undefined || before === state) return;", "if (before === undefined) return;"],
      [
        'server.setRequestHandler("resources/unsubscribe", change(false))',
        'server.setRequestHandler("resources/unsubscribe", change(true))',
      ],
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
    "src/mcp/step-calls.ts",
    ["src/mcp/step-calls.test.ts"],
    [
      ["return this.#stops === stopsBefore", "return true"],
      ["=== true ? undefined : this.#stops", "=== true ? this.#stops : this.#stops"],
      ["overtaking?.carriedOut(mcpReq.id);", ""],
      [" && !signals.some((signal) => signal.aborted)", ""],
    ],
  ),
  ...inFile(
    "src/mcp/overtaking.ts",
    ["src/mcp/stop-lane.test.ts"],
    [
      ["stop <= this.#carriedOut", "stop < this.#carriedOut"],
      ["Math.max(this.#carriedOut, ", "Math.max(0, "],
    ],
  ),
  ...inFile(
    "src/mcp/stop-lane.ts",
    ["src/mcp/stop-lane.test.ts"],
    [
      ["other.opens || other.stops", "other.stops"],
      ["({ id }) => id === request", "() => false"],
      ["for (const other of overtaken) other.stop ??= line.stop;", ""],
      ["other.stop ??= line.stop", "other.stop = line.stop"],
      ["this.#overtaking.note(line.id, line.stop);", "void line.id;"],
      ["if (behind === 0) this.#handOn(line);", "if (behind < 0) this.#handOn(line);"],
      ["this.#tooLong = true;", ""],
    ],
  ),
  ...inFile(
    "src/mcp/client-line.ts",
    ["src/mcp/stop-lane.test.ts"],
    [
      [' || this.#message["method"] !== "tools/call"', ""],
      [' && args["name"] === "stop"', ""],
      [" || this.id === undefined", ""],
      [', "server/discover"]', "]"],
      ["stopTools.has(name) || ", "name !== undefined || "],
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
  ...inFile("src/kernel/contact-canaries.ts", ["src/kernel/canaries.test.ts"], [["!sight.onlyBetween(from, to, contact) || ", ""]]),
];
