/**
 * `docs/clients/`: one page for each client, from the table that `clearance mcp config` prints from. Run as a program it writes them.
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { clientConfig, clientNames, serverEnvironment, type ClientName } from "../src/mcp/client-config.ts";

export function clientPage(name: ClientName): string {
  const entry = { command: "npx", args: ["clearance", "mcp"], env: serverEnvironment("arm", "mujoco") };
  const { title, format, text, places, hint } = clientConfig(name, entry);
  const cells = Object.values(places).map((place) => `\`${place}\``);
  return `# A robot in ${title}

Add this to ${title}'s own configuration:

| macOS | Windows | Linux |
| --- | --- | --- |
| ${cells.join(" | ")} |

\`\`\`${format}
${text}
\`\`\`

${hint}

\`clearance mcp config --client ${name}\` prints the block with the full paths of your machine, for clients that do not find \`npx\`;
\`--profile\` and \`--backend\` choose another robot, or one without physics.

Then say, for example: *Where is the arm? Move it five centimetres up.* Every call passes the gates; a refusal says which one, and why.
Stop it from a terminal at any time with \`clearance stop\`. [More on the server](../mcp.md).
`;
}

if (import.meta.main) {
  const folder = new URL("../docs/clients/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const name of clientNames) writeFileSync(new URL(`${name}.md`, folder), clientPage(name));
}
