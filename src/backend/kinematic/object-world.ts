/**
 * The free objects of an ideal world: they stay where they are put, hang from the tip when held, and fall straight down when let go.
 * @module
 */
import type { ObjectState } from "../../core/observation.ts";
import { composePoses, invertPose, quatFromAxisAngle, yawOf, type Pose } from "../../core/pose.ts";
import { distance, type Vec3 } from "../../core/vec3.ts";
import type { ObjectSpec, ShapeSpec, WorldSpec } from "../../core/world-spec.ts";

/** A closing gripper takes what is this close to the tip, m (spec robo-os §4). */
const graspReachM = 0.03;

export class ObjectWorld {
  readonly #world: WorldSpec;
  #states: readonly ObjectState[];
  #holding: string | null = null;
  #tipFromHeld: Pose | undefined;

  constructor(world: WorldSpec) {
    this.#world = world;
    this.#states = Object.freeze(world.objects.map((object) => state(object.name, { position: object.positionM, orientation: aboutVertical(object.yawRad) })));
  }

  get holding(): string | null {
    return this.#holding;
  }

  /** The same frozen array until something moves. `worldFromTip` carries what is held. */
  states(worldFromTip: Pose): readonly ObjectState[] {
    const held = this.#holding;
    const tipFromHeld = this.#tipFromHeld;
    if (held === null || tipFromHeld === undefined) return this.#states;
    const worldFromObject = composePoses(worldFromTip, tipFromHeld);
    return Object.freeze(this.#states.map((seen) => (seen.name === held ? state(held, worldFromObject) : seen)));
  }

  /** Takes the object nearest to the tip, if one is near enough. */
  grasp(worldFromTip: Pose): void {
    if (this.#holding !== null) return;
    let nearest: ObjectState | undefined;
    let nearestM = graspReachM;
    for (const seen of this.#states) {
      const apart = distance(seen.worldFromObject.position, worldFromTip.position);
      if (!(apart <= nearestM)) continue;
      nearest = seen;
      nearestM = apart;
    }
    if (nearest === undefined) return;
    this.#holding = nearest.name;
    this.#tipFromHeld = composePoses(invertPose(worldFromTip), nearest.worldFromObject);
  }

  /** Lets go: the object falls straight down onto the highest thing beneath it, upright. */
  release(worldFromTip: Pose): void {
    const held = this.#holding;
    if (held === null) return;
    const moved = this.states(worldFromTip);
    this.#holding = null;
    this.#tipFromHeld = undefined;
    this.#states = Object.freeze(moved.map((seen) => (seen.name === held ? this.#landed(seen, moved) : seen)));
  }

  save(): unknown {
    return { states: this.#states, holding: this.#holding, tipFromHeld: this.#tipFromHeld };
  }

  /** Takes back what `save` of the same class gave. */
  load(saved: ReturnType<ObjectWorld["save"]>): void {
    const { states, holding, tipFromHeld } = saved as { states: readonly ObjectState[]; holding: string | null; tipFromHeld: Pose | undefined };
    this.#states = states;
    this.#holding = holding;
    this.#tipFromHeld = tipFromHeld;
  }

  #landed(seen: ObjectState, others: readonly ObjectState[]): ObjectState {
    const spec = this.#world.objects.find((object) => object.name === seen.name);
    if (spec === undefined) return seen;
    const { position, orientation } = seen.worldFromObject;
    const half = halfHeightM(spec);
    const baseM = position[2] - half;
    let topM = Number.NEGATIVE_INFINITY;
    for (const fixture of this.#world.fixtures)
      for (const shape of fixture.shapes) topM = higher(topM, fixtureTopM(shape, position), baseM);
    for (const other of others) {
      const below = other.name === seen.name ? undefined : this.#world.objects.find((object) => object.name === other.name);
      if (below !== undefined) topM = higher(topM, objectTopM(below, other, position), baseM);
    }
    // With nothing beneath it would fall for ever; the bottom of the workspace holds it.
    const restM = Number.isFinite(topM) ? topM : Math.min(baseM, this.#world.workspace.minM[2]);
    return state(seen.name, { position: [position[0], position[1], restM + half], orientation: aboutVertical(yawOf(orientation)) });
  }
}

/** How far below an object's base a top may lie above it and still carry it: contact is not exact, m. */
const sinkM = 0.01;

function higher(best: number, topM: number | undefined, baseM: number): number {
  return topM !== undefined && topM <= baseM + sinkM && topM > best ? topM : best;
}

function fixtureTopM(shape: ShapeSpec, [x, y]: Vec3): number | undefined {
  switch (shape.kind) {
    case "box": {
      const yaw = aboutVertical(-(shape.yawRad ?? 0));
      const [dx, dy] = composePoses({ position: [0, 0, 0], orientation: yaw }, { position: [x - shape.centerM[0], y - shape.centerM[1], 0], orientation: [1, 0, 0, 0] }).position;
      return Math.abs(dx) <= shape.halfM[0] && Math.abs(dy) <= shape.halfM[1] ? shape.centerM[2] + shape.halfM[2] : undefined;
    }
    case "cylinder":
      return within(x, y, shape.centerM, shape.radiusM) ? shape.centerM[2] + shape.halfHeightM : undefined;
    case "sphere":
      return within(x, y, shape.centerM, shape.radiusM) ? shape.centerM[2] + shape.radiusM : undefined;
    case "capsule":
      return within(x, y, shape.fromM, shape.radiusM) ? Math.max(shape.fromM[2], shape.toM[2]) + shape.radiusM : undefined;
    case "half-space":
      return shape.normal[2] < 0 ? (shape.offsetM + shape.normal[0] * x + shape.normal[1] * y) / -shape.normal[2] : undefined;
    default:
      return shape satisfies never;
  }
}

function objectTopM(spec: ObjectSpec, { worldFromObject: { position } }: ObjectState, [x, y]: Vec3): number | undefined {
  const { shape } = spec;
  const reach = shape.kind === "box" ? Math.max(shape.halfM[0], shape.halfM[1]) : shape.radiusM;
  return within(x, y, position, reach) ? position[2] + halfHeightM(spec) : undefined;
}

function within(x: number, y: number, center: Vec3, radiusM: number): boolean {
  const [dx, dy] = [x - center[0], y - center[1]];
  return dx * dx + dy * dy <= radiusM * radiusM;
}

function halfHeightM({ shape }: ObjectSpec): number {
  if (shape.kind === "box") return shape.halfM[2];
  return shape.kind === "sphere" ? shape.radiusM : shape.halfHeightM;
}

function aboutVertical(yawRad: number): Pose["orientation"] {
  return quatFromAxisAngle([0, 0, 1], yawRad);
}

function state(name: string, worldFromObject: Pose): ObjectState {
  return Object.freeze({ name, worldFromObject: Object.freeze(worldFromObject) });
}
