import { UsageError } from "./usage.ts";

/** `CLEARANCE_NAME`, or the spelling of the reference, `GHOSTLOOP_NAME`; an empty one counts as none. */
export function fromEnvironment(name: string): string | undefined {
  const { [`CLEARANCE_${name}`]: own, [`GHOSTLOOP_${name}`]: alias } = process.env;
  return own !== undefined && own !== "" ? own : alias === "" ? undefined : alias;
}

export interface HttpPlace {
  readonly host: string;
  readonly port: number;
}

/** Where to listen: `--http HOST:PORT`, or the environment's transport, host and port; nothing for standard input and output. */
export function httpPlace(option: string | undefined): HttpPlace | undefined {
  if (option !== undefined) return parsePlace(option, "--http");
  const transport = fromEnvironment("TRANSPORT") ?? "stdio";
  if (transport === "stdio") return undefined;
  if (transport !== "streamable-http")
    throw new UsageError(`CLEARANCE_TRANSPORT '${transport}' is not known; choices: stdio, streamable-http`);
  return parsePlace(
    `${bracketed(fromEnvironment("HOST") ?? "127.0.0.1")}:${fromEnvironment("PORT") ?? "8765"}`,
    "CLEARANCE_HOST and CLEARANCE_PORT",
  );
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

function parsePlace(text: string, what: string): HttpPlace {
  const match = /^(?:\[([\da-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(text);
  const [, v6, name, digits = ""] = match ?? [];
  const host = v6 ?? name;
  const port = Number(digits);
  if (host === undefined || !(port <= 65_535)) throw new UsageError(`${what} takes HOST:PORT, for example 127.0.0.1:8765, not '${text}'`);
  return { host, port };
}
