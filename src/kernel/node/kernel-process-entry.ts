/**
 * The process of `openKernelProcess`: a kernel on standard input and output.
 * @module
 */
import { serveKernel } from "./serve-kernel.ts";

// A signal to the terminal's group reaches the parent too, which stops the robot and then closes the pipe.
process.on("SIGINT", () => undefined);
process.exitCode = await serveKernel(process.stdin, process.stdout);
process.exit();
