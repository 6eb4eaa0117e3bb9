/**
 * A file of recorded verdicts, for `clearance kernel replay`. Each line is written at once, so a crash loses none that was judged.
 * @module
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { ClearanceError } from "../../core/errors.ts";

export interface RecordingFile {
  /** @throws ClearanceError `trace.unwritable` */
  write(line: string): void;
  close(): void;
}

/** Creates the file; one that exists is never touched. @throws ClearanceError `trace.unwritable` */
export function openRecordingFile(path: string): RecordingFile {
  const fd = attempt(path, () => openSync(path, "wx"));
  return {
    write: (line) => void attempt(path, () => writeSync(fd, `${line}\n`)),
    close: () => closeSync(fd),
  };
}

function attempt<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ClearanceError("trace.unwritable", `cannot write the recording ${path}: ${problem}`, { path, problem }, { cause });
  }
}
