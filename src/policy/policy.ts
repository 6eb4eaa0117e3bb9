import type { CaptureRequest, ShownPixels, StoredImage } from "../core/capture.ts";
import type { JsonObject } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";
import type { Intent } from "../intent/intent.ts";
import type { Captured } from "../intent/primitive.ts";

/** What became of the last proposal, as the policy is told. */
export interface LastStep {
  readonly intent: Intent;
  readonly status: "ok" | "error" | "blocked" | "timeout" | "stopped";
  readonly message: string;
  readonly gate: string;
  readonly observation: JsonObject;
  /** The code of the decision or failure, where it has one. */
  readonly code?: string;
}

/** A picture as a model is shown it: the file itself, or its pixels. */
export type ShownPicture =
  | { readonly kind: "image"; readonly image: StoredImage }
  | { readonly kind: "pixels"; readonly pixels: ShownPixels };

export interface Turn {
  readonly goal: string;
  readonly observation: Observation;
  readonly last: LastStep | undefined;
  readonly signal: AbortSignal;
  /** A picture that a record refers to, while it is kept. */
  readonly image?: (sha256: string) => StoredImage | undefined;
  /** Looks through a camera now; never rejects, what could not be seen says why. Absent where nobody can. */
  readonly look?: (request: CaptureRequest) => Promise<Captured>;
  /** Looks again, for a policy that takes its time before it proposes; absent where nobody can. */
  readonly observe?: () => Observation | Promise<Observation>;
  /**
   * Puts into the trace what a model is shown with an observation; to be called each time. The answer goes with what is proposed then, as
   * `ProposedIntent.shown`; undefined for no pictures. Absent where no trace is kept.
   */
  readonly show?: (pictures: readonly ShownPicture[], observationId: string) => string | undefined;
}

export interface ProposedIntent {
  readonly kind: "intent";
  readonly intent: Intent;
  /** Of the pictures that it was decided by, as `Turn.show` named them. */
  readonly shown?: string;
}
/** The policy has nothing more to propose. `reached`: it believes the goal is met. */
export interface Done {
  readonly kind: "done";
  readonly reached: boolean;
  readonly message: string;
}
/** The policy needs a person: `not_understood` and the like. Nothing moves. */
export interface Question {
  readonly kind: "ask";
  readonly code: string;
  readonly question: string;
}

export interface Policy {
  readonly name: string;
  /** What the trace header says of it besides the name; never a secret. */
  readonly config?: JsonObject;
  /** What it has used so far, for example tokens. */
  usage?(): JsonObject;
  propose(turn: Turn): Promise<ProposedIntent | Done | Question>;
}
