/**
 * Whether the robot, from where it was measured through the rows of a chunk, keeps clear of itself, of the world, of the voxels, of
 * no-go zones, within its box and its speeds. Numbers in, a code out; nothing is allocated, thrown or written in words.
 *
 * First the chunk is tried as a whole (chunk-proof.ts), which clears nearly all that is clear. What it leaves open is decided in order:
 * every configuration is looked at by every check, in the order of safety-kernel.md §4 row 17; then every step between two of them
 * is proven (swept-proof.ts). What cannot be proven is not clear, and what is not a number is not clear.
 * @module
 */
import { attachedFaults, loadGeometry, refuse, reportOf, type LoadedGeometry } from "./load.ts";
import type { AttachedGeometry } from "./bodies.ts";
import { CHUNK_HIT, CHUNK_PROVEN } from "./chunk-proof.ts";
import type { ClearanceCheck } from "./clearance-check.ts";
import {
  GEOMETRY_CLEAR,
  GEOMETRY_STATE_UNAVAILABLE,
  GEOMETRY_SWEEP_UNPROVEN,
  KIND_BOX,
  KIND_SELF,
  KIND_SPEED,
  KIND_VOXEL,
  KIND_WORLD,
  PHASE_MEASURED,
  PHASE_PREDICTED,
  PHASE_ROW,
  PHASE_SWEEP,
} from "./codes.ts";
import type { GeometryPort } from "../checks/geometry-port.ts";
import { fingerJudge } from "./finger-motion.ts";
import { GeometryFinding, MEASURED_ROW } from "./finding.ts";
import { FixtureStore } from "./fixture-check.ts";
import { homeDistance, mountsAtHome } from "./home-pose.ts";
import { nearestOfInto } from "./nearest-pair.ts";
import { pointKindsOpen } from "./point-proof.ts";
import type { GeometryLoadReport, KernelGeometryOptions, Mount } from "./options.ts";
import { RecoveryProof } from "./recovery-proof.ts";
import { buildScene, type Scene } from "./scene.ts";
import { SWEEP_CLEAR, SWEEP_HIT, SWEEP_LOST } from "./swept-proof.ts";
import { voxelStoreFor, type VoxelGrid, type VoxelStore } from "./voxel-store.ts";
import { WorldStore, type WorldCapsules } from "./world-check.ts";

/** Every check, for `judgeOnly`'s opposite. */
const ALL_KINDS = 0xffff;

export class KernelGeometry {
  readonly report: GeometryLoadReport;
  /** What was refused in the last judgement; overwritten by the next one. */
  readonly finding = new GeometryFinding();
  /**
   * The nearest pair that the last judgement saw, with exactly its distance. It sees every pair where the robot was measured, the near
   * ones in the last row, and between only what has to be looked at: over the whole motion, rows included, `boundM` is the bound.
   */
  readonly nearest = new GeometryFinding();
  /** Shape `[1]`: lower bound of every clearance over the whole motion of the last judgement that passed, m. */
  readonly boundM = new Float64Array(1);
  /** `judge` of what gripper and hand chunks make of the fingers; absent where the options name no joints for them. */
  readonly judgeFingers: GeometryPort["judgeFingers"];
  /** Whether the options say that the fingers count as they stand in the model. */
  readonly fingersStill: boolean;
  readonly #loaded: LoadedGeometry;
  readonly #world: WorldStore;
  readonly #fixtures: FixtureStore;
  readonly #voxels: VoxelStore;
  readonly #mounts: readonly Mount[] = [];
  #attached: readonly AttachedGeometry[] = [];
  #scene: Scene;
  #kinds = ALL_KINDS;
  #predicted = false;
  #maxSteps = 0;
  /** Shape `[1]` each: margin growth per row, m; period of the rows, s. */
  readonly #growth = new Float64Array(1);
  readonly #period = new Float64Array(1);

  /** @throws ClearanceError `config.invalid` naming every refusal of safety-geometry.md §1. */
  constructor(options: KernelGeometryOptions) {
    const loaded = loadGeometry(options);
    const { world, voxels } = options;
    this.#loaded = loaded;
    this.#world = new WorldStore(loaded.maxPrimitives, loaded.worldDeadlineMs, world?.sourceLiveness ?? false);
    this.#voxels = voxelStoreFor(voxels, loaded);
    this.#fixtures = new FixtureStore(loaded.fixtures, loaded.maxPrimitives);
    this.#scene = this.#sceneWith([]);
    this.#mounts = mountsAtHome(this.#scene, loaded);
    this.#scene = this.#sceneWith([]);
    this.fingersStill = options.fingers === "still";
    this.judgeFingers = fingerJudge(this, options.fingers, loaded);
    this.report = reportOf(loaded, this.#mounts, homeDistance(this, loaded));
  }

  /** Takes the obstacles in. 0, or the code that every judgement answers until a good message comes. */
  setWorld(message: WorldCapsules): number {
    const code = this.#world.receive(message);
    const { world, bodies } = this.#scene;
    if (world !== undefined && this.#attached.length > 0) {
      world.allow(
        Array.from({ length: world.count }, (_, item) => this.#attached[bodies.attachedOf[world.bodyOf(item)]!]?.mayTouchObstacles ?? []),
      );
    }
    return code;
  }

  /** Takes the grid in, a copy. 0, or the code that every judgement answers until a good message comes. */
  setVoxels(message: VoxelGrid): number {
    return this.#voxels.receive(message);
  }

  /** From now on the robot holds this. Replaces what it holds under the same name. @throws ClearanceError `config.invalid`. */
  attach(body: AttachedGeometry): void {
    refuse(attachedFaults(this.#loaded.collision, body));
    this.#hold([...this.#attached.filter(({ name }) => name !== body.name), body]);
  }

  /** False where nothing of that name is held. */
  detach(name: string): boolean {
    const left = this.#attached.filter((body) => body.name !== name);
    if (left.length === this.#attached.length) return false;
    this.#hold(left);
    return true;
  }

  /** 0, or why the world or the grid cannot be relied on at `nowMs` (safety-kernel.md §4 row 15). */
  available(nowMs: number): number {
    if (this.#loaded.options.world !== undefined && (this.#kinds >> KIND_WORLD) & 1) {
      const code = this.#world.available(nowMs);
      if (code !== GEOMETRY_CLEAR) return code;
    }
    if (this.#loaded.options.voxels !== undefined && (this.#kinds >> KIND_VOXEL) & 1) return this.#voxels.available(nowMs);
    return GEOMETRY_CLEAR;
  }

  /**
   * Measured state → row 0 → … → last row, swept. `rowsRad`: shape `[nRows, nColumns]`; `nRows` 0: the measured state alone. 0 is
   * proven clear, else a code of codes.ts with its details in `finding`.
   */
  judge(measuredRad: Float64Array, rowsRad: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number {
    return this.judgePredicted(measuredRad, rowsRad, nRows, rowPeriodS, nowMs, -1, 0);
  }

  /**
   * The same for rows that were predicted from the measured state: row s keeps margin + `growthPerRowM` · (s + 1). Of more than
   * `maxSteps` rows (0: no such limit) the others are looked at for the sweep alone, and the last one always.
   */
  judgePredicted(
    measuredRad: Float64Array,
    rowsRad: Float64Array,
    nRows: number,
    rowPeriodS: number,
    nowMs: number,
    growthPerRowM: number,
    maxSteps: number,
  ): number {
    this.#begin(growthPerRowM >= 0, growthPerRowM, rowPeriodS, maxSteps);
    const { motion } = this.#scene;
    const timed = nRows === 0 || (rowPeriodS > 0 && rowPeriodS < Infinity);
    const known = timed && !Number.isNaN(growthPerRowM) && growthPerRowM < Infinity;
    if (!(known && motion.loadRows(measuredRad, rowsRad, nRows, this.#loaded.stride))) return this.#unavailable();
    return this.#judgeMotion(nowMs);
  }

  /** `judge` for motion out of what is violated as measured: recovery-proof.ts. */
  judgeRecovery(measuredRad: Float64Array, rowsRad: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number {
    const recovery = new RecoveryProof(this, this.#scene.checks, this.#loaded.stride);
    return recovery.judge(measuredRad, rowsRad, nRows, rowPeriodS, nowMs);
  }

  /** Torque: the measured state, from which each column may travel `travelRad` either way (velocity cap · horizon · period). */
  judgeTravel(measuredRad: Float64Array, travelRad: Float64Array, nowMs: number): number {
    this.#begin(true, 0, 1, 0);
    if (!this.#scene.motion.loadDwell(measuredRad, travelRad, this.#loaded.stride)) return this.#unavailable();
    return this.#judgeMotion(nowMs);
  }

  /** Body twist: rows `vx vy vz ωx ωy ωz` in the base's own axes; the arm stays as measured, the obstacles stay in the world. */
  judgeBase(measuredRad: Float64Array, twists: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number {
    this.#begin(true, 0, rowPeriodS, 0);
    if (!this.#scene.motion.loadBase(measuredRad, twists, nRows, rowPeriodS, this.#loaded.stride)) return this.#unavailable();
    return this.#judgeMotion(nowMs);
  }

  /** `judge` by one kind of check alone (KIND_SELF … KIND_SPEED): for canaries that feed each check what it must refuse. */
  judgeOnly(kind: number, measuredRad: Float64Array, rowsRad: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number {
    this.#kinds = 1 << kind;
    const code = this.judge(measuredRad, rowsRad, nRows, rowPeriodS, nowMs);
    this.#kinds = ALL_KINDS;
    return code;
  }

  /** Whether a kind of check is on. */
  checks(kind: number): boolean {
    if (kind === KIND_SPEED) return this.#scene.speed !== undefined;
    return this.#scene.checks.some((check) => check.kind === kind);
  }

  /** Nearest distance that one kind of check saw in the last judgement, m; Infinity for none. */
  nearestOf(kind: number): number {
    for (const check of this.#scene.checks) if (check.kind === kind) return check.nearest[0]!;
    return Infinity;
  }

  /** Configurations that the last judgement looked at between rows. */
  get extraConfigurations(): number {
    return this.#scene.proof.extra;
  }

  /** Name of a body of `finding.bodyA`: a link, what is held, or a control point. */
  nameOfBody(body: number): string {
    return this.#scene.bodies.names[body] ?? "";
  }

  /** Id of an obstacle, "" where it has none; name of a fixture. */
  nameOfObstacle(index: number): string {
    return this.#fixtures.nameOf(index) ?? this.#world.objectIds[index] ?? "";
  }

  #begin(predicted: boolean, growthM: number, periodS: number, maxSteps: number): void {
    this.finding.clear();
    this.nearest.clear();
    this.boundM[0] = Number.NaN;
    this.#predicted = predicted;
    this.#growth[0] = growthM > 0 ? growthM : 0;
    this.#period[0] = periodS;
    this.#maxSteps = maxSteps;
    for (const check of this.#scene.checks) check.begin();
    this.#scene.proof.begin();
  }

  #judgeMotion(nowMs: number): number {
    const { motion } = this.#scene;
    const available = this.available(nowMs);
    if (available !== GEOMETRY_CLEAR) return this.#refuse(available, MEASURED_ROW);
    const joint = motion.outOfRange();
    if (joint >= 0) {
      this.finding.other = joint;
      return this.#refuse(GEOMETRY_SWEEP_UNPROVEN, MEASURED_ROW);
    }
    motion.begin();
    const code = this.#loaded.options.exhaustive !== true && motion.followsRows ? this.#asWhole() : this.#inOrder();
    this.boundM[0] = nearestOfInto(this.#scene.checks, this.#predicted, this.nearest);
    return code;
  }

  #asWhole(): number {
    const { chunk, checks } = this.#scene;
    const answer = chunk.prove(this.#kinds, this.#growth);
    if (answer === CHUNK_HIT) return this.#hit(checks[chunk.check]!, 0);
    if (answer !== CHUNK_PROVEN) {
      for (let c = 0; c < checks.length; c++) checks[c]!.begin();
      return this.#inOrder();
    }
    const kinds = this.#kinds & pointKindsOpen(this.#scene, this.#predicted, this.#period);
    if (kinds === 0) return GEOMETRY_CLEAR;
    const all = this.#kinds;
    this.#kinds = kinds;
    const code = this.#inOrder();
    this.#kinds = all;
    return code;
  }

  #inOrder(): number {
    const { motion } = this.#scene;
    motion.boundSteps();
    let code = GEOMETRY_CLEAR;
    for (let config = 0; config <= motion.nSteps && code === GEOMETRY_CLEAR; config++) code = this.#look(config);
    if (code !== GEOMETRY_CLEAR) return code;
    return motion.dwells ? this.#dwell() : this.#sweep();
  }

  /** Every check at one configuration. */
  #look(config: number): number {
    const { motion, checks, speed } = this.#scene;
    motion.placeAt(config);
    if (!motion.placed.finite) return this.#unavailable();
    motion.boundAround(config);
    const decides = this.#maxSteps === 0 || config <= this.#maxSteps || config === motion.nSteps;
    for (let c = 0; c < checks.length; c++) {
      const check = checks[c]!;
      if (!((this.#kinds >> check.kind) & 1) || (motion.movesBase && check.kind === KIND_SELF && config > 0)) continue;
      if (check.kind !== KIND_BOX) check.grown[0] = this.#growth[0]! * config;
      if (!check.measure() && decides) return this.#hit(check, config);
    }
    if (speed === undefined || !((this.#kinds >> KIND_SPEED) & 1)) return GEOMETRY_CLEAR;
    const code = speed.measure(this.#period[0]!, this.#predicted);
    if (code === GEOMETRY_CLEAR) return GEOMETRY_CLEAR;
    const { finding } = this;
    finding.kind = KIND_SPEED;
    finding.phase = this.#predicted ? PHASE_PREDICTED : PHASE_ROW;
    finding.bodyA = speed.body;
    finding.distanceM = speed.value[0]!;
    finding.limit = speed.limit[0]!;
    return this.#refuse(code, config - 1);
  }

  #hit(check: ClearanceCheck, config: number): number {
    const { finding } = this;
    finding.kind = check.hitKind;
    finding.phase = config === 0 ? PHASE_MEASURED : this.#predicted ? PHASE_PREDICTED : PHASE_ROW;
    finding.fraction = 1;
    finding.bodyA = check.bodyOf(check.hitItem);
    finding.other = check.hitOther;
    finding.distanceM = check.hit[0]!;
    finding.limit = check.margins[check.hitItem]! + check.grown[0]!;
    return this.#refuse(check.code, config - 1);
  }

  #sweep(): number {
    const { motion, checks, proof } = this.#scene;
    for (let config = 1; config <= motion.nSteps; config++) {
      let open = false;
      for (let c = 0; c < checks.length; c++) {
        const check = checks[c]!;
        if (check.kind !== KIND_BOX) check.grown[0] = this.#growth[0]! * config;
        if ((this.#kinds >> check.kind) & 1 && check.isOpen(config)) open = true;
      }
      if (!open) continue;
      const answer = proof.prove(config);
      if (answer === SWEEP_LOST) return this.#unavailable();
      if (answer !== SWEEP_CLEAR) return this.#unproven(answer === SWEEP_HIT);
    }
    return GEOMETRY_CLEAR;
  }

  #unproven(hit: boolean): number {
    const { checks, proof } = this.#scene;
    const { finding } = this;
    const check = checks[proof.check]!;
    finding.kind = proof.kind;
    finding.phase = PHASE_SWEEP;
    finding.fraction = proof.fraction[0]!;
    finding.bodyA = check.bodyOf(proof.item);
    finding.other = proof.other;
    finding.distanceM = proof.distance[0]!;
    finding.limit = check.margins[proof.item]! + check.grown[0]!;
    return this.#refuse(hit ? check.code : GEOMETRY_SWEEP_UNPROVEN, proof.config - 1);
  }

  /** Nothing within the worst travel from the measured state. */
  #dwell(): number {
    const { checks, motion } = this.#scene;
    for (let c = 0; c < checks.length; c++) {
      const check = checks[c]!;
      if (!((this.#kinds >> check.kind) & 1)) continue;
      for (let item = 0; item < check.count; item++) {
        const travel = check.travelIn(item, 1);
        if (check.dwellProven(item, travel)) continue;
        const { finding } = this;
        finding.kind = check.kind;
        finding.phase = PHASE_SWEEP;
        finding.bodyA = check.bodyOf(item);
        finding.other = check.otherOf(item);
        finding.distanceM = check.distanceAt(0, item);
        finding.limit = check.margins[item]! + travel;
        return this.#refuse(GEOMETRY_SWEEP_UNPROVEN, motion.nSteps - 1);
      }
    }
    return GEOMETRY_CLEAR;
  }

  #unavailable(): number {
    return this.#refuse(GEOMETRY_STATE_UNAVAILABLE, MEASURED_ROW);
  }

  #refuse(code: number, row: number): number {
    this.finding.code = code;
    this.finding.row = row;
    return code;
  }

  #hold(attached: readonly AttachedGeometry[]): void {
    this.#scene = this.#sceneWith(attached);
    this.#attached = attached;
  }

  #sceneWith(attached: readonly AttachedGeometry[]): Scene {
    return buildScene(this.#loaded, { world: this.#world, fixtures: this.#fixtures, voxels: this.#voxels }, attached, this.#mounts);
  }
}
