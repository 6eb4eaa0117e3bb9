/**
 * One client at the other end of a pipe. Standard output carries the protocol and nothing else; what is to be said goes to standard error.
 * @module
 */
import { Console } from "node:console";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { Overtaking } from "./overtaking.ts";
import { robotService, type McpServerSettings } from "./robot-server.ts";
import type { ServedRobot } from "./served-robot.ts";
import { StopLane } from "./stop-lane.ts";

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
  const overtaking = new Overtaking();
  const { factory, close } = robotService(robot, settings, overtaking);
  const { stdin } = process;
  const ended = new Promise<void>((resolve) => {
    for (const event of ["end", "close", "error"]) stdin.once(event, () => resolve());
  });
  const transport = new OvertakingTransport(overtaking);
  const handle = serveStdio(factory, { transport, onerror: (error) => void process.stderr.write(`clearance mcp: ${error.message}\n`) });
  return {
    ended,
    close() {
      close();
      return handle.close();
    },
  };
}

/** The SDK's own, behind a lane for what stops. */
class OvertakingTransport extends StdioServerTransport {
  readonly #overtaking: Overtaking;

  constructor(overtaking: Overtaking) {
    super(stopLane(overtaking));
    this.#overtaking = overtaking;
  }

  override send(message: JSONRPCMessage): Promise<void> {
    if (!("method" in message) && message.id !== undefined) this.#overtaking.forget(message.id);
    return super.send(message);
  }
}

/** Standard input through a lane, which closes, fails and stops reading as standard input would. */
function stopLane(overtaking: Overtaking): StopLane {
  const { stdin } = process;
  const lane = new StopLane(overtaking);
  stdin.on("error", (error) => lane.destroy(error));
  stdin.on("close", () => {
    if (!stdin.readableEnded) lane.destroy();
  });
  lane.once("pause", () => {
    stdin.unpipe(lane);
    stdin.pause();
    lane.destroy();
  });
  return stdin.pipe(lane);
}
