/**
 * What a client's own configuration has to say so that it starts this server, and where that file lies.
 * @module
 */
export const clientNames = ["claude-desktop", "cursor", "continue", "cline", "zed", "gemini-cli"] as const;
export type ClientName = (typeof clientNames)[number];

export interface ClientConfig {
  readonly format: "json" | "yaml";
  /** The block to merge into the file. */
  readonly text: string;
  /** Where the file lies, by operating system. */
  readonly places: Readonly<Record<"macOS" | "Windows" | "Linux", string>>;
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

const clients: Readonly<Record<ClientName, { readonly key: string; readonly places: ClientConfig["places"] }>> = {
  "claude-desktop": {
    key: "mcpServers",
    places: {
      macOS: "~/Library/Application Support/Claude/claude_desktop_config.json",
      Windows: String.raw`%APPDATA%\Claude\claude_desktop_config.json`,
      Linux: "~/.config/Claude/claude_desktop_config.json",
    },
  },
  cursor: { key: "mcpServers", places: underHome(".cursor/mcp.json") },
  continue: { key: "mcpServers", places: underHome(".continue/config.yaml") },
  cline: {
    key: "mcpServers",
    places: {
      macOS: `~/Library/Application Support/Code/${clineFile}`,
      Windows: `%APPDATA%\\Code\\${clineFile.replaceAll("/", "\\")}`,
      Linux: `~/.config/Code/${clineFile}`,
    },
  },
  zed: {
    key: "context_servers",
    places: {
      macOS: "~/.config/zed/settings.json",
      Windows: String.raw`%APPDATA%\Zed\settings.json`,
      Linux: "~/.config/zed/settings.json",
    },
  },
  "gemini-cli": { key: "mcpServers", places: underHome(".gemini/settings.json") },
};

export function clientConfig(client: ClientName, { command, args, env }: LocalEntry): ClientConfig {
  const { key, places } = clients[client];
  if (client !== "continue")
    return { format: "json", text: JSON.stringify({ [key]: { clearance: { command, args, env } } }, null, 2), places };
  // JSON strings are YAML strings.
  const quoted = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(", ");
  const variables = Object.entries(env).map(([name, value]) => `      ${name}: ${JSON.stringify(value)}`);
  const lines = [`${key}:`, "  - name: clearance", `    command: ${JSON.stringify(command)}`, `    args: [${quoted(args)}]`];
  if (variables.length > 0) lines.push("    env:", ...variables);
  return { format: "yaml", text: lines.join("\n"), places };
}
