/**
 * What a client's own configuration has to say so that it starts this server, and where that file lies.
 * @module
 */
export const clientNames = ["claude-desktop", "cursor", "continue", "cline", "zed", "gemini-cli"] as const;
export type ClientName = (typeof clientNames)[number];

export interface ClientConfig {
  /** As the client calls itself. */
  readonly title: string;
  readonly format: "json" | "yaml";
  /** The block to merge into the file. */
  readonly text: string;
  /** Where the file lies, by operating system. */
  readonly places: Readonly<Record<"macOS" | "Windows" | "Linux", string>>;
  /** How the client itself opens the file, and where else it looks. */
  readonly hint: string;
}

export interface LocalEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The same path under the home folder everywhere. */
function underHome(path: string): ClientConfig["places"] {
  return { macOS: `~/${path}`, Windows: `%USERPROFILE%\\${path.replaceAll("/", "\\")}`, Linux: `~/${path}` };
}

const clineFile = "User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json";

interface Client {
  readonly title: string;
  readonly key: string;
  readonly places: ClientConfig["places"];
  readonly hint: string;
}

const clients: Readonly<Record<ClientName, Client>> = {
  "claude-desktop": {
    title: "Claude Desktop",
    key: "mcpServers",
    places: {
      macOS: "~/Library/Application Support/Claude/claude_desktop_config.json",
      Windows: String.raw`%APPDATA%\Claude\claude_desktop_config.json`,
      Linux: "~/.config/Claude/claude_desktop_config.json",
    },
    hint: "Settings, Developer, Edit Config opens the file, also where an installation keeps it elsewhere. Quit and start Claude Desktop again.",
  },
  cursor: {
    title: "Cursor",
    key: "mcpServers",
    places: underHome(".cursor/mcp.json"),
    hint: "For one project alone: `.cursor/mcp.json` in it. Settings, MCP shows the server and its tools.",
  },
  continue: {
    title: "Continue",
    key: "mcpServers",
    places: underHome(".continue/config.yaml"),
    hint: "`mcpServers` is a list there: add to it. Tools are offered in agent mode.",
  },
  cline: {
    title: "Cline",
    key: "mcpServers",
    places: {
      macOS: `~/Library/Application Support/Code/${clineFile}`,
      Windows: `%APPDATA%\\Code\\${clineFile.replaceAll("/", "\\")}`,
      Linux: `~/.config/Code/${clineFile}`,
    },
    hint: "MCP Servers, Configure, Configure MCP Servers opens the file, also in editors other than Visual Studio Code.",
  },
  zed: {
    title: "Zed",
    key: "context_servers",
    places: {
      macOS: "~/.config/zed/settings.json",
      Windows: String.raw`%APPDATA%\Zed\settings.json`,
      Linux: "~/.config/zed/settings.json",
    },
    hint: "`zed: open settings` in the command palette opens the file. The agent panel's settings show the server.",
  },
  "gemini-cli": {
    title: "Gemini CLI",
    key: "mcpServers",
    places: underHome(".gemini/settings.json"),
    hint: "For one project alone: `.gemini/settings.json` in it. `/mcp` in the client lists the server and its tools.",
  },
};

export function clientConfig(client: ClientName, { command, args, env }: LocalEntry): ClientConfig {
  const { key, ...told } = clients[client];
  if (client !== "continue")
    return { ...told, format: "json", text: JSON.stringify({ [key]: { clearance: { command, args, env } } }, null, 2) };
  // JSON strings are YAML strings.
  const quoted = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(", ");
  const variables = Object.entries(env).map(([name, value]) => `      ${name}: ${JSON.stringify(value)}`);
  const lines = [`${key}:`, "  - name: clearance", `    command: ${JSON.stringify(command)}`, `    args: [${quoted(args)}]`];
  if (variables.length > 0) lines.push("    env:", ...variables);
  return { ...told, format: "yaml", text: lines.join("\n") };
}

export interface RemoteEntry {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The same for a server elsewhere, over streamable HTTP. Undefined for a client whose file has no place for one. */
export function remoteConfig(client: ClientName, { url, headers }: RemoteEntry): ClientConfig | undefined {
  const { key, ...told } = clients[client];
  if (client === "claude-desktop") return undefined;
  if (client === "continue") {
    const rows = Object.entries(headers).map(([name, value]) => `        ${name}: ${JSON.stringify(value)}`);
    const lines = [`${key}:`, "  - name: clearance", "    type: streamable-http", `    url: ${JSON.stringify(url)}`];
    return { ...told, format: "yaml", text: [...lines, "    requestOptions:", "      headers:", ...rows].join("\n") };
  }
  // To Gemini CLI, `url` is the older transport over server-sent events.
  const entry = client === "gemini-cli" ? { httpUrl: url, headers } : { url, headers };
  return { ...told, format: "json", text: JSON.stringify({ [key]: { clearance: entry } }, null, 2) };
}

/** What the server is told where nobody says otherwise. */
export function serverEnvironment(profile: string, backend: string): Readonly<Record<string, string>> {
  return { CLEARANCE_PROFILE: profile, CLEARANCE_BACKEND: backend, CLEARANCE_TRANSPORT: "stdio" };
}
