import { expect, test } from "vitest";
import { parse } from "yaml";
import { clientNames, remoteConfig } from "./client-config.ts";

const remote = { url: "https://robot:8765/mcp", headers: { Authorization: "Bearer TOKEN" } };

test.for(clientNames.filter((name) => name !== "claude-desktop"))(
  "%s: the block for a server elsewhere says where and with which token",
  (name) => {
    const block = remoteConfig(name, remote)!;
    const file = parse(block.text) as Record<string, Record<string, unknown> | Record<string, unknown>[]>;
    const servers = Object.values(file)[0]!;
    if (Array.isArray(servers))
      expect(servers).toEqual([
        { name: "clearance", type: "streamable-http", url: remote.url, requestOptions: { headers: remote.headers } },
      ]);
    else expect(servers["clearance"]).toEqual({ [name === "gemini-cli" ? "httpUrl" : "url"]: remote.url, headers: remote.headers });
  },
);

test("Claude Desktop's file has no place for one", () => {
  expect(remoteConfig("claude-desktop", remote)).toBeUndefined();
});
