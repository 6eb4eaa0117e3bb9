/**
 * What a trace holds. In memory these objects; on disk one line each (`encodeRecord`), keys and order of spec trace-and-analysis §1.
 * @module
 */
import type { JsonObject } from "../core/json.ts";

export type StepStatus = "ok" | "error" | "blocked" | "timeout" | "stopped";

export interface TraceHeader {
  readonly kind: "header";
  readonly episodeId: string;
  readonly backend: string;
  /** Wall seconds since the epoch. */
  readonly startedAt: number;
  readonly goal?: string;
  readonly policy?: string;
  readonly seed?: number;
  readonly profile?: string;
  /** SHA-256 of the canonical configuration. */
  readonly profileSha256?: string;
  readonly runtimeVersion: string;
  readonly robot: string;
  readonly world: string;
  readonly clock: "simulated" | "real";
  /** ns since the epoch at t = 0, decimal string. */
  readonly epochNs: string;
  readonly units: JsonObject;
  readonly frames: JsonObject;
  /** What a crash may lose, for example "records of the last 10 ms". */
  readonly lossWindow: string;
  /** Configuration as it ran: gates with their parameters, limits, versions. */
  readonly config: JsonObject;
}

export interface GateRecord {
  readonly gate: string;
  readonly action: "allow" | "slow" | "hold" | "deny";
  readonly code?: string;
  readonly reason: string;
  readonly evidence?: JsonObject;
}

export interface StepRecord {
  readonly kind: "step";
  readonly step: number;
  /** Wall seconds after execution. */
  readonly timestamp: number;
  /** ns since the episode began. */
  readonly tNs: bigint;
  readonly intent: {
    readonly id: string;
    readonly name: string;
    readonly args: JsonObject;
    readonly rationale: string;
    readonly basedOn?: string;
    readonly validForMs?: number;
  };
  readonly decision: {
    /** Slow counts as allow; Hold as allow or deny once answered. */
    readonly action: "allow" | "deny";
    readonly reason: string;
    readonly gateName: string;
    readonly verdict: "allow" | "slow" | "hold" | "deny";
    readonly code?: string;
    readonly scale?: number;
    readonly escalatedBy?: string;
  };
  readonly gates: readonly GateRecord[];
  readonly plan?: { readonly hash: string; readonly durationMs: number; readonly segments: number };
  readonly result: { readonly status: StepStatus; readonly observation: JsonObject; readonly message: string; readonly durationMs: number };
  readonly stateBefore: JsonObject | null;
  readonly stateAfter: JsonObject | null;
  readonly stateError?: string;
  readonly lateResult?: true;
  /** Of the pictures that a model had decided by: the `id` of a note `shown` before it. */
  readonly shown?: string;
  /** Intent id of the composite it belongs to; a composite is recorded after its children. */
  readonly parent?: string;
  /** Step numbers of a composite's children. */
  readonly children?: readonly number[];
  readonly approval?: JsonObject;
  readonly stop?: JsonObject;
  /** Command chunks vetted and refused, kernel refusal with numbers. */
  readonly kernel?: JsonObject;
  readonly actor?: JsonObject;
  readonly limits?: JsonObject;
}

/** What happens between steps: interventions, alarms, profile changes. Not a step; older readers skip it. */
export interface NoteRecord {
  readonly kind: "note";
  readonly note: string;
  readonly tNs: bigint;
  readonly fields: JsonObject;
}

export type TraceRecord = TraceHeader | StepRecord | NoteRecord;

/** Appending never waits and never throws; a failed write is reported by `flush` and by `problem`. */
export interface TraceSink {
  append(record: TraceRecord): void;
  flush(): Promise<void>;
  /** The first write failure, once there is one. */
  readonly problem?: string | undefined;
}

export interface TraceHead {
  readonly records: number;
  /** SHA-256 of the last line, hex; of the header line for an empty episode. */
  readonly headHash: string;
}
