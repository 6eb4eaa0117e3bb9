/**
 * One client at the other end of a pipe. Standard output carries the protocol and nothing else; what is to be said goes to standard error.
 * @module
 */
import { Console } from "node:console";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { robotService, type McpServerSettings } from "./robot-server.ts";
import type { ServedRobot } from "./served-robot.ts";

/** Before anything is loaded that may print: from now on whatever is written to the console goes to standard error. */
export function keepStandardOutputClean(): void {
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
}

export interface StdioServing {
  /** Resolves when the client has closed its end. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export function serveOverStdio(robot: ServedRobot, settings: McpServerSettings): StdioServing {
  const { factory, close } = robotService(robot, settings);
  const { stdin } = process;
  const ended = new Promise<void>((resolve) => {
    for (const event of ["end", "close", "error"]) stdin.once(event, () => resolve());
  });
  const handle = serveStdio(factory, { onerror: (error) => void process.stderr.write(`clearance mcp: ${error.message}\n`) });
  return {
    ended,
    close() {
      close();
      return handle.close();
    },
  };
}
