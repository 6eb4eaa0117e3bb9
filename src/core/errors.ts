/**
 * The one error thrown on purpose: for bugs, broken machines and bad configuration. A refusal is a value, never one of these.
 * @module
 */

/** What each code carries. A new key is a public API change; a removed one is a major version. */
export interface ClearanceErrorData {
  /** A number that must be finite, or in range, is not. */
  "value.invalid": { readonly field: string; readonly problem: string };
  /** A file or text that cannot be understood. `where` is `file:line:column` as far as known; `fix` says what to do. */
  "format.invalid": { readonly where: string; readonly problem: string; readonly fix?: string };
  /** Configuration that cannot run: every problem at once. */
  "config.invalid": { readonly source: string; readonly problems: readonly string[] };
  "command.unvetted": { readonly backend: string };
  /** A vetted command is executed once. */
  "command.repeated": { readonly backend: string; readonly seq: number };
  /** Vetted, but no longer to be executed: `problem` says since when. */
  "command.outdated": { readonly backend: string; readonly seq: number; readonly problem: string };
  /** What a backend says it measured cannot be believed. */
  "observation.invalid": { readonly problem: string };
  "plan.uncleared": { readonly intent: string };
  "backend.unavailable": { readonly backend: string; readonly problem: string; readonly fix: string };
  "backend.unsupported": { readonly backend: string; readonly what: string };
  "backend.diverged": { readonly backend: string; readonly problem: string };
  "shape.mismatch": { readonly what: string; readonly expected: number; readonly got: number };
  /** A camera or sensor that is asked for and not there; `fix` names those that are. */
  "sensor.unavailable": { readonly sensor: string; readonly problem: string };
  "trace.unwritable": { readonly path: string; readonly problem: string };
  "morphology.unknown": { readonly morphology: string; readonly primitive: string };
  "registry.duplicate": { readonly name: string };
}
export type ClearanceErrorCode = keyof ClearanceErrorData;

const marker = Symbol.for("clearance.ClearanceError");

export class ClearanceError<Code extends ClearanceErrorCode = ClearanceErrorCode> extends Error {
  override readonly name = "ClearanceError";
  readonly [marker] = true;
  readonly code: Code;
  readonly data: ClearanceErrorData[Code];

  /** `message` is the one line a person reads: facts, units, the fix. */
  constructor(code: Code, message: string, data: ClearanceErrorData[Code], options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.data = data;
  }

  /** Works across two loaded copies of the package, where `instanceof` does not. */
  static is<Code extends ClearanceErrorCode>(error: unknown, code?: Code): error is ClearanceError<Code> {
    return error instanceof Error && marker in error && (code === undefined || ("code" in error && error.code === code));
  }
}
