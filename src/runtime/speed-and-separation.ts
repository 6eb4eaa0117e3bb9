/**
 * Slows a plan down, holds it and lets it go on, by the distance of people: ISO/TS 15066 speed and separation monitoring, with the
 * formulas, numbers and reservations of docs/speed-and-separation.md.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { evidenceNumber, type JsonObject } from "../core/json.ts";
import { retimeWords } from "../kernel/graded/chunk-retimer.ts";
import { LatencyMeter } from "../kernel/graded/latency-meter.ts";
import type { SeparationParameters } from "../kernel/graded/separation.ts";
import { SpeedGovernor } from "../kernel/graded/speed-governor.ts";
import type { AttachedBody, CollisionModel } from "../robot/collision-model.ts";
import { linkReach } from "../robot/link-reach.ts";
import type { Pacer, PaceAnswer, PaceQuestion, PaceView, PlanPacer } from "./pace.ts";
import { PACE_AS_PLANNED, PACE_CANNOT, PACE_SLOWED, PathPace } from "./path-pace.ts";
import type { PeopleSensor } from "./people-sensor.ts";
import { PersonDistance } from "./person-distance.ts";

export interface SpeedAndSeparationOptions {
  readonly collision: CollisionModel;
  readonly sensor: PeopleSensor;
  readonly separation: SeparationParameters;
  /** Greatest speed at which the robot may touch somebody, m/s, from `slowestContact`; absent: it may not. */
  readonly contactMps?: number;
  /** A look at people older than this is none, ms. */
  readonly maxAgeMs: number;
  /** The runtime's. */
  readonly periodMs: number;
  readonly chunkMs: number;
  /** As `PathPaceOptions`. */
  readonly accelerationScale: number;
}

/** Reactions measured by one plan count for the next. @throws ClearanceError `config.invalid` */
export function speedAndSeparation(options: SpeedAndSeparationOptions): Pacer {
  const problems = problemsOf(options);
  if (problems.length > 0) throw new ClearanceError("config.invalid", problems.join("\n"), { source: "speed and separation", problems });
  const shared: Shared = { options, meter: new LatencyMeter(), governed: new Governed(options) };
  return { forPlan: (note) => new SeparatedPlan(shared, note) };
}

function problemsOf({ separation, maxAgeMs, periodMs, chunkMs, accelerationScale, contactMps }: SpeedAndSeparationOptions): string[] {
  const { decelerationMps2, humanSpeedMps = 1.6, ...rest } = separation;
  const must = (name: string, ok: boolean, value: number): string[] => (ok ? [] : [`speed and separation: ${name} is ${value}`]);
  return [
    ...must("decelerationMps2", decelerationMps2 > 0 && decelerationMps2 < Infinity, decelerationMps2),
    ...Object.entries({ humanSpeedMps, maxAgeMs, ...rest }).flatMap(([name, value]) => must(name, value >= 0 && value < Infinity, value)),
    ...must("periodMs", periodMs > 0, periodMs),
    ...must("chunkMs", chunkMs > 0, chunkMs),
    ...must("accelerationScale", accelerationScale > 0 && accelerationScale <= 1, accelerationScale),
    ...(contactMps === undefined ? [] : must("contactMps", contactMps >= 0, contactMps)),
  ];
}

interface Limited {
  readonly governor: SpeedGovernor;
  readonly reachM: Float64Array;
  readonly names: readonly string[];
}

/** The parts that know the robot's body, with and without something carried. */
class Governed {
  readonly pace: PathPace;
  readonly distance: PersonDistance;
  readonly rowsPerChunk: number;
  readonly #options: SpeedAndSeparationOptions;
  readonly #empty: Limited;
  readonly #carrying = new WeakMap<AttachedBody, Limited>();

  constructor(options: SpeedAndSeparationOptions) {
    const { collision, periodMs, chunkMs, accelerationScale } = options;
    this.#options = options;
    this.rowsPerChunk = Math.max(1, Math.round(chunkMs / periodMs));
    this.pace = new PathPace({ robot: collision.robot, periodMs, rowsPerChunk: this.rowsPerChunk, accelerationScale });
    this.distance = new PersonDistance(collision);
    this.#empty = this.#limitedFor(undefined);
  }

  with(body: AttachedBody | undefined): Limited {
    this.distance.carry(body);
    if (body === undefined) return this.#empty;
    let limited = this.#carrying.get(body);
    if (limited === undefined) this.#carrying.set(body, (limited = this.#limitedFor(body)));
    return limited;
  }

  #limitedFor(body: AttachedBody | undefined): Limited {
    const { collision, separation, contactMps } = this.#options;
    const { robot, linkOfCapsule, nCapsules } = collision;
    const { reachM, capsule } = linkReach(collision, body);
    const governor = new SpeedGovernor({
      width: robot.nJoints,
      reachM,
      separation,
      maxRows: this.pace.windowRows,
      ...(contactMps === undefined ? {} : { contactMps }),
    });
    const names = capsule.map((c) => (c === nCapsules ? (body?.name ?? "") : (robot.linkNames[linkOfCapsule[c]!] ?? "")));
    return { governor, reachM, names };
  }
}

interface Shared {
  readonly options: SpeedAndSeparationOptions;
  readonly meter: LatencyMeter;
  readonly governed: Governed;
}

/** From here on nobody would call it slowed. */
const barelySlowed = 0.995;
const asPlanned: PaceAnswer = Object.freeze({ kind: "as-planned" });
const onPlan: PaceView = Object.freeze({ state: "as planned", share: 1, because: "" });

class SeparatedPlan implements PlanPacer {
  view: PaceView = onPlan;
  readonly #shared: Shared;
  readonly #note: (fields: JsonObject) => void;
  #segment: PaceQuestion["segment"] | undefined;
  #limited: Limited;
  #heldRows = new Float64Array(0);
  /** When people were looked at for the rows before these, and for these, ms; NaN before. */
  #lookedMs = Number.NaN;
  #lookedBeforeMs = Number.NaN;
  #ageMs = 0;
  #blind: string | undefined;
  #slowedChunks = 0;
  #heldChunks = 0;
  #nearestM = Infinity;
  #slowest: { readonly share: number; readonly evidence: JsonObject } | undefined;

  constructor(shared: Shared, note: (fields: JsonObject) => void) {
    this.#shared = shared;
    this.#note = note;
    this.#limited = shared.governed.with(undefined);
  }

  next(question: PaceQuestion): PaceAnswer {
    const { segment } = question;
    if (segment !== this.#segment) {
      this.#segment = segment;
      this.#limited = this.#shared.governed.with(segment.kind === "motion" ? segment.carrying : undefined);
      this.#shared.governed.pace.begin();
    }
    if (segment.kind === "hold") {
      // What rests needs no look; the next one answers no change.
      this.#lookedMs = Number.NaN;
      this.#lookedBeforeMs = Number.NaN;
      return asPlanned;
    }
    const humanM = this.#look(question);
    const reactionS = this.#reactionS();
    return segment.kind === "motion" ? this.#motion(question, humanM, reactionS) : this.#gripper(question, humanM, reactionS);
  }

  applying(nowMs: number): void {
    // A change right after the look before last was only now answered.
    if (nowMs >= this.#lookedBeforeMs) this.#shared.meter.record(nowMs - this.#lookedBeforeMs);
  }

  get report(): JsonObject | undefined {
    if (this.#slowest === undefined) return undefined;
    const { share, evidence } = this.#slowest;
    return {
      slowed_chunks: this.#slowedChunks,
      held_chunks: this.#heldChunks,
      least_share: share,
      nearest_person_m: evidenceNumber(this.#nearestM),
      reactions_measured: this.#shared.meter.count,
      slowest: evidence,
    };
  }

  /** Distance of the nearest person, m; NaN where nobody can say. */
  #look({ nowMs, measured }: PaceQuestion): number {
    const { options, governed } = this.#shared;
    const { sensor, maxAgeMs } = options;
    const { distance } = governed;
    this.#lookedBeforeMs = this.#lookedMs;
    this.#lookedMs = nowMs;
    this.#blind = undefined;
    try {
      const { people, ageMs } = sensor.see(nowMs);
      this.#ageMs = ageMs;
      if (!(ageMs >= 0 && ageMs <= maxAgeMs)) this.#blind = `${sensor.name}: people last seen ${ageMs} ms ago, ${maxAgeMs} ms allowed`;
      else distance.measure(measured.qRad, people);
    } catch (error) {
      this.#blind = `${sensor.name}: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (this.#blind !== undefined) return Number.NaN;
    if (Number.isNaN(distance.nearestM)) this.#blind = `${sensor.name}: the place of ${distance.nearest} is no number`;
    if (distance.nearestM < this.#nearestM) this.#nearestM = distance.nearestM;
    return distance.nearestM;
  }

  /** Nobody reacts quicker than once a chunk, whatever was measured; and rows change speed over a period, not at its begin. */
  #reactionS(): number {
    const { options, meter } = this.#shared;
    const { chunkMs, periodMs } = options;
    return Math.max(meter.reactionS(), chunkMs / 1000) + (this.#ageMs + periodMs) / 1000;
  }

  #motion(question: PaceQuestion, humanM: number, reactionS: number): PaceAnswer {
    const { segment, doneRows, nRows } = question;
    if (segment.kind !== "motion") return asPlanned;
    const { governed, options, meter } = this.#shared;
    const { pace } = governed;
    const { periodMs, chunkMs } = options;
    const { governor, reachM } = this.#limited;
    const lateS = (this.#ageMs + Math.max(0, meter.maxMs - chunkMs)) / 1000;
    const code = pace.next(segment.trajectory, doneRows * periodMs, { governor, reachM, humanM, reactionS, lateS });
    if (code === PACE_AS_PLANNED) {
      pace.asPlanned();
      this.#changed(onPlan);
      return asPlanned;
    }
    if (code === PACE_CANNOT) {
      const reason = `cannot slow down on the path in time (${retimeWords(pace.retimed)}): ${this.#because()}`;
      return { kind: "halt", reason, evidence: { ...this.#evidence(), neededM: evidenceNumber(pace.neededM) } };
    }
    if (code !== PACE_SLOWED) return this.#hold(question);
    const finished = pace.untilMs >= segment.trajectory.durationMs;
    const coveredRows = finished ? nRows - doneRows : pace.untilMs / periodMs - doneRows;
    const share = Math.min(1, coveredRows / pace.count);
    if (share < barelySlowed) {
      this.#slowedChunks += 1;
      this.#changed({ state: "slowed", share, because: this.#because() });
    } else this.#changed(onPlan);
    return { kind: "rows", rows: pace.rows.subarray(0, pace.count * question.commandedRad.length), coveredRows };
  }

  /** Fingers move where the arm might; where it must rest, so do they. */
  #gripper(question: PaceQuestion, humanM: number, reactionS: number): PaceAnswer {
    const { governor } = this.#limited;
    const rest = { rows: question.commandedRad, start: question.commandedRad, nRows: 1, periodS: 1 };
    governor.judge({ ...rest, humanM, obstacleM: Infinity, reactionS, requestedScale: 1 });
    if (!(governor.permittedMps > 0)) return this.#hold(question);
    this.#changed(onPlan);
    return asPlanned;
  }

  #hold({ commandedRad }: PaceQuestion): PaceAnswer {
    const { rowsPerChunk } = this.#shared.governed;
    const width = commandedRad.length;
    if (this.#heldRows.length !== rowsPerChunk * width) this.#heldRows = new Float64Array(rowsPerChunk * width);
    for (let row = 0; row < rowsPerChunk; row++) this.#heldRows.set(commandedRad, row * width);
    this.#heldChunks += 1;
    this.#changed({ state: "held", share: 0, because: this.#because() });
    return { kind: "rows", rows: this.#heldRows, coveredRows: 0 };
  }

  #changed(view: PaceView): void {
    const before = this.view;
    this.view = view;
    if (view.state !== "as planned" && !(view.share >= (this.#slowest?.share ?? Infinity)))
      this.#slowest = { share: view.share, evidence: this.#evidence() };
    if (view.state === before.state) return;
    const said =
      view.state === "as planned" ? "goes on as planned" : view.state === "slowed" && before.state === "held" ? "goes on" : view.state;
    this.#note({ pace: said, share: view.share, because: view.because, ...this.#evidence() });
  }

  #because(): string {
    if (this.#blind !== undefined) return this.#blind;
    const { nearest, nearestM } = this.#shared.governed.distance;
    return nearest === "" ? "nobody near" : `${nearest} ${nearestM.toFixed(2)} m`;
  }

  #evidence(): JsonObject {
    const { governor, names } = this.#limited;
    const evidence = governor.evidence(names);
    return this.#blind === undefined ? evidence : { ...evidence, sensor: this.#blind };
  }
}
