/**
 * `clearance mcp`: a robot as an MCP server, for desktop clients and for programs.
 * @module
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findBrowser } from "../backend/browser/index.ts";
import { clientConfig, clientNames, remoteConfig, serverEnvironment, type ClientConfig, type ClientName } from "../mcp/client-config.ts";
import { loadProfile } from "../profile/files.ts";
import { oneOf, parseOptions } from "./arguments.ts";
import { backendAskedFor, fromEnvironment, httpPlace, rendererAskedFor, robotAskedFor } from "./environment.ts";
import { mcpUsage, UsageError } from "./usage.ts";

const mcpOptions = {
  profile: { type: "string" },
  backend: { type: "string" },
  renderer: { type: "string" },
  http: { type: "string" },
  name: { type: "string" },
  trace: { type: "string" },
  client: { type: "string" },
  "print-config": { type: "string" },
  url: { type: "string" },
  selfcheck: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

type Values = ReturnType<typeof parseOptions<typeof mcpOptions>>["values"];

export async function mcpCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, mcpOptions);
  if (values.help) {
    process.stdout.write(mcpUsage);
    return 0;
  }
  const [what, ...more] = positionals;
  if (more.length > 0 || (what !== undefined && what !== "config"))
    throw new UsageError(`clearance mcp takes no '${more[0] ?? what ?? ""}'; try clearance mcp --help`);
  const { "print-config": printed } = values;
  if (what === "config" && printed !== undefined) throw new UsageError("clearance mcp config takes --client");
  if (what === "config") return config(values);
  if (printed !== undefined) return config({ ...values, client: printed });
  if (values.client !== undefined || values.url !== undefined) throw new UsageError("--client and --url belong to clearance mcp config");
  const { loaded, backend } = robotAskedFor(values);
  const renderer = rendererAskedFor(values.renderer);
  const { selfcheck, serve } = await import("./mcp-serving.ts");
  if (values.selfcheck) return selfcheck(loaded, { backend, renderer, json: values.json });
  if (values.json) throw new UsageError("--json is for clearance mcp --selfcheck");
  const tracePath = values.trace ?? fromEnvironment("TRACE_OUT");
  return serve(loaded, { backend, renderer, http: httpPlace(values.http), tracePath, name: values.name });
}

/** The block goes to standard output, so that it can be piped; where it belongs goes to standard error. */
function config({ client, url, ...robot }: Values): number {
  if (client === undefined) throw new UsageError(`clearance mcp config needs --client; choices: ${clientNames.join(", ")}`);
  const name = oneOf("client", client, clientNames);
  const { title, text, places, hint } = url === undefined ? localBlock(name, robot) : remoteBlock(name, url);
  process.stdout.write(`${text}\n`);
  const rows = Object.entries(places).map(([system, place]) => `  ${system.padEnd(8)} ${place}\n`);
  const token = url === undefined ? "" : "  put one of the server's tokens (CLEARANCE_MCP_TOKEN there) in place of TOKEN\n";
  process.stderr.write(`add this to the file of ${title}, then restart it:\n${rows.join("")}  ${hint}\n${token}`);
  return 0;
}

/** The robot that `clearance mcp` would serve here. */
function localBlock(client: ClientName, options: Pick<Values, "profile" | "backend" | "renderer">): ClientConfig {
  const { profile = fromEnvironment("PROFILE") ?? "arm", backend = fromEnvironment("BACKEND"), renderer } = options;
  const loaded = loadProfile(profile);
  // A path is told in full: the client starts the server wherever it likes.
  const place = /[/\\.]/.test(profile) ? realpathSync(profile) : profile;
  const drawn = renderer === undefined ? undefined : rendererAskedFor(renderer);
  const env = {
    ...serverEnvironment(place, backendAskedFor(backend, loaded.profile.backend)),
    // In full too: a client's PATH may be shorter than this one.
    ...(drawn?.kind === "browser" ? { CLEARANCE_RENDERER: "browser", CLEARANCE_BROWSER: findBrowser(drawn.places) } : {}),
  };
  const bin = fileURLToPath(new URL("../../bin/clearance.mjs", import.meta.url));
  return clientConfig(client, { command: process.execPath, args: [bin, "mcp"], env });
}

function remoteBlock(client: ClientName, url: string): ClientConfig {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:")
    throw new UsageError(`--url takes the server's address, for example http://HOST:8765/mcp, not '${url}'`);
  const block = remoteConfig(client, { url: parsed.href, headers: { Authorization: "Bearer TOKEN" } });
  if (block === undefined) throw new UsageError(`${client} takes servers elsewhere in its Settings, Connectors, and not in its file`);
  return block;
}
