/**
 * A client in a process of its own, for a test that kills it: starts a server, begins a long motion, says so once it moves, and waits.
 * @module
 */
import { overPipe } from "./raw-client.ts";

const { client } = overPipe(process.argv.slice(2), { cwd: process.cwd(), env: process.env });
await client.initialize();
await client.begin("tools/call", { name: "move_to", arguments: { x: 1.5, y: 1.5, z: 1 } }).moving;
process.stdout.write("moving\n");
setInterval(() => undefined, 60_000);
