/**
 * A robot as an MCP server: typed tools, approvals through the client, over a pipe or over HTTP. Node only.
 * @module
 */
export { clientConfig, clientNames, type ClientConfig, type ClientName } from "./client-config.ts";
export { parseTokens, type Token } from "./http/tokens.ts";
export { serveOverHttp, type HttpServing, type HttpSettings } from "./http/serve-http.ts";
export { robotService, type McpServerSettings, type RobotService } from "./robot-server.ts";
export { keepStandardOutputClean, serveOverStdio, type StdioServing } from "./serve-stdio.ts";
export { openServedRobot, type ServedRobot, type ServedRobotOptions } from "./served-robot.ts";
