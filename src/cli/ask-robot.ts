/**
 * One question to a robot at work, one line each way.
 * @module
 */
import { createConnection } from "node:net";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";

/** A stop may have to ask a machine again and again; longer than this nobody waits, ms. */
const patienceMs = 10_000;

/** Nothing where nobody listens, or what is said is not to be understood. */
export function askRobot(address: string, request: JsonObject): Promise<JsonObject | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(address);
    let text = "";
    const end = (said: JsonObject | undefined): void => {
      socket.destroy();
      resolve(said);
    };
    socket.setEncoding("utf8");
    socket.setTimeout(patienceMs, () => end(undefined));
    socket.on("error", () => end(undefined));
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (part: string) => {
      text += part;
    });
    socket.on("close", () => end(readAnswer(text)));
  });
}

function readAnswer(text: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
