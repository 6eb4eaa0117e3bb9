/**
 * What a runtime is made of, and what may be said with a step.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import type { ImageStore } from "../core/capture.ts";
import type { Clock } from "../core/clock.ts";
import type { Observation } from "../core/observation.ts";
import type { GateChain } from "../gate/chain.ts";
import type { Actor } from "../gate/gate.ts";
import type { Deny } from "../gate/verdict.ts";
import type { WorldViews } from "../intent/build-world-view.ts";
import type { Intent } from "../intent/intent.ts";
import type { Primitive } from "../intent/primitive.ts";
import type { PrimitiveRegistry } from "../intent/registry.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { MotionMonitor } from "../kernel/monitor/motion-monitor.ts";
import type { StepRecord, TraceSink } from "../trace/records.ts";
import type { ApprovalChannel } from "./approvals.ts";
import type { Decided, Repair } from "./decide.ts";
import type { Progress } from "./execute-plan.ts";
import type { InterventionController } from "./intervention.ts";
import type { Supervision } from "./supervision.ts";
import type { ObservationBuffer } from "./observation-buffer.ts";
import type { Pacer } from "./pace.ts";

/** Called as things happen; one that throws is noted in the trace and changes nothing. */
export interface RuntimeWatcher {
  onDecided?(decided: Decided): void;
  onProgress?(progress: Progress, intent: Intent): void;
  onStep?(record: StepRecord): void;
}

export interface RuntimeSetup {
  readonly backend: Backend;
  readonly kernel: Kernel;
  readonly registry: PrimitiveRegistry;
  readonly chain: GateChain;
  readonly views: WorldViews;
  readonly clock: Clock;
  readonly trace: TraceSink;
  /** Control period and length of a chunk, ms. */
  readonly periodMs: number;
  readonly chunkMs: number;
  readonly approvals?: ApprovalChannel;
  readonly intervention?: InterventionController;
  readonly chargePlanning?: (actor: Actor, primitive: Primitive) => Deny | null;
  readonly repair?: Repair;
  readonly watchers?: readonly RuntimeWatcher[];
  readonly breathe?: () => void | Promise<void>;
  /** A trace that cannot be written stops the robot and denies further motion; true unless told otherwise. */
  readonly traceRequired?: boolean;
  readonly buffer?: ObservationBuffer;
  /** Where pictures are kept; the last few in memory unless given. */
  readonly images?: ImageStore;
  /** A second channel that watches what was vetted and what was then measured. */
  readonly monitor?: MotionMonitor;
  /** The stop chain with its devices; one in memory without any unless given, which hardware does not accept. */
  readonly safety?: Supervision;
  /** Slows plans down and holds them while they are carried out; absent: they go as planned. */
  readonly pacer?: Pacer;
  /** Told of every observation that was believed. Must not throw; runs with every look, so it allocates nothing. */
  readonly onObserved?: (observation: Observation) => void;
}

/** What a robot at work can be given anew; everything else stays. */
export interface Adopted extends Pick<RuntimeSetup, "registry" | "chain" | "views"> {
  readonly chargePlanning: RuntimeSetup["chargePlanning"] | undefined;
  readonly repair: Repair | undefined;
  readonly pacer: Pacer | undefined;
}

/** The registry stays the same object, so that whoever holds it sees what is in it now. */
export function withAdopted(setup: RuntimeSetup, { chain, views, chargePlanning, repair, pacer }: Adopted): RuntimeSetup {
  const { chargePlanning: _charge, repair: _repair, pacer: _pacer, ...kept } = setup;
  return {
    ...kept,
    chain,
    views,
    ...(chargePlanning === undefined ? {} : { chargePlanning }),
    ...(repair === undefined ? {} : { repair }),
    ...(pacer === undefined ? {} : { pacer }),
  };
}

export interface StepOptions {
  readonly actor?: Actor;
  readonly signal?: AbortSignal;
  /** Intent id of the composite this is a part of. */
  readonly parent?: string;
  /** Of the pictures that it was decided by, as `eyes.shown` named them. */
  readonly shown?: string;
  /** Composites around this step; counted by the runtime. */
  readonly depth?: number;
  /** Whether who commands is still there: a connection, a process, a page. Asked all the while; silence for longer than the deadman stops. */
  readonly alive?: () => boolean;
}
