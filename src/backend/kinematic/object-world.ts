/**
 * The free objects of an ideal world: they stay where they are put, hang rigidly from the tip when held, and fall straight down,
 * upright, when let go.
 * @module
 */
import { halfHeightM } from "../../core/object-height.ts";
import type { ObjectState } from "../../core/observation.ts";
import { composePoses, invertPose, quatFromAxisAngle, yawOf, type Pose } from "../../core/pose.ts";
import { distance, vec3 } from "../../core/vec3.ts";
import type { ObjectSpec, ShapeSpec, WorldSpec } from "../../core/world-spec.ts";
import { supportHeightM } from "./support-height.ts";

/** A closing gripper takes what is this close to the tip, m (spec robo-os §4), and a nanometre for rounding. */
const graspReachM = 0.03 + 1e-9;
/** Numbers of a pose: position, then quaternion. */
const POSE_NUMBERS = 7;

export class ObjectWorld {
  readonly #specs: readonly ObjectSpec[];
  readonly #fixtures: readonly ShapeSpec[];
  readonly #floorM: number;
  #poses: readonly Pose[];
  /** Index of what is held, -1 for nothing, and where it is in the tip's frame. */
  #held = -1;
  #tipFromHeld: Pose | undefined;
  #states: readonly ObjectState[];

  constructor(world: WorldSpec) {
    this.#specs = world.objects;
    this.#fixtures = world.fixtures.flatMap((fixture) => fixture.shapes);
    this.#floorM = world.workspace.minM[2];
    this.#poses = world.objects.map(({ positionM, yawRad }) => upright(positionM[0], positionM[1], positionM[2], yawRad));
    this.#states = this.#frozenStates();
  }

  get holding(): string | null {
    return this.#held < 0 ? null : this.#specs[this.#held]!.name;
  }

  /** The smallest horizontal extent of what is held, m: what keeps the fingers apart. */
  get heldWidthM(): number {
    return this.#held < 0 ? 0 : widthM(this.#specs[this.#held]!);
  }

  /** The same frozen array until something moves. Call after `carry`. */
  get states(): readonly ObjectState[] {
    return this.#states;
  }

  /** Takes along what is held. */
  carry(worldFromTip: Pose): void {
    if (this.#tipFromHeld === undefined) return;
    this.#place(this.#held, composePoses(worldFromTip, this.#tipFromHeld));
  }

  /** Takes the object nearest to the tip among those near enough that `fits` admits by their width in m. */
  grasp(worldFromTip: Pose, fits: (widthM: number) => boolean): void {
    if (this.#held >= 0) return;
    let nearest = -1;
    let nearestM = graspReachM;
    this.#specs.forEach((spec, i) => {
      const apartM = distance(this.#poses[i]!.position, worldFromTip.position);
      if (!(apartM <= nearestM && (nearest < 0 || apartM < nearestM) && fits(widthM(spec)))) return;
      nearest = i;
      nearestM = apartM;
    });
    if (nearest < 0) return;
    this.#held = nearest;
    this.#tipFromHeld = composePoses(invertPose(worldFromTip), this.#poses[nearest]!);
  }

  /** Lets go of what is held. With nothing beneath it would fall for ever; the bottom of the workspace then holds it. */
  release(): void {
    const held = this.#held;
    if (held < 0) return;
    const spec = this.#specs[held]!;
    this.#held = -1;
    this.#tipFromHeld = undefined;
    const { position, orientation } = this.#poses[held]!;
    const others = this.#specs.flatMap((other, i) => (i === held ? [] : [solidOf(other, this.#poses[i]!)]));
    const heightM = supportHeightM([...this.#fixtures, ...others], position);
    const baseM = heightM > Number.NEGATIVE_INFINITY ? heightM : Math.min(this.#floorM, position[2] - halfHeightM(spec));
    this.#place(held, upright(position[0], position[1], baseM + halfHeightM(spec), yawOf(orientation)));
  }

  /** Numbers that `save` answers for this world. */
  get nNumbers(): number {
    return 1 + (this.#specs.length + 1) * POSE_NUMBERS;
  }

  save(): readonly number[] {
    const poses = [...this.#poses, this.#tipFromHeld ?? upright(0, 0, 0, 0)];
    return [this.#held, ...poses.flatMap(({ position, orientation }) => [...position, ...orientation])];
  }

  load([held = -1, ...numbers]: readonly number[]): void {
    const poses: Pose[] = [];
    for (let at = 0; at < numbers.length; at += POSE_NUMBERS) {
      const [x = 0, y = 0, z = 0, qw = 1, qx = 0, qy = 0, qz = 0] = numbers.slice(at, at + POSE_NUMBERS);
      poses.push(Object.freeze({ position: vec3(x, y, z), orientation: Object.freeze([qw, qx, qy, qz] as const) }));
    }
    const tipFromHeld = poses.pop();
    this.#held = held;
    this.#tipFromHeld = held >= 0 ? tipFromHeld : undefined;
    this.#poses = poses;
    this.#states = this.#frozenStates();
  }

  #place(index: number, worldFromObject: Pose): void {
    this.#poses = this.#poses.with(index, worldFromObject);
    const state = Object.freeze({ name: this.#specs[index]!.name, worldFromObject });
    this.#states = Object.freeze(this.#states.with(index, state));
  }

  #frozenStates(): readonly ObjectState[] {
    return Object.freeze(this.#specs.map(({ name }, i) => Object.freeze({ name, worldFromObject: this.#poses[i]! })));
  }
}

function upright(x: number, y: number, z: number, yawRad: number): Pose {
  return Object.freeze({ position: vec3(x, y, z), orientation: quatFromAxisAngle([0, 0, 1], yawRad) });
}

/** Objects that are not held stand upright, so they are solids like those of fixtures. */
function solidOf({ shape }: ObjectSpec, { position, orientation }: Pose): ShapeSpec {
  switch (shape.kind) {
    case "box":
      return { kind: "box", centerM: position, halfM: shape.halfM, yawRad: yawOf(orientation) };
    case "sphere":
      return { kind: "sphere", centerM: position, radiusM: shape.radiusM };
    case "cylinder":
      return { kind: "cylinder", centerM: position, radiusM: shape.radiusM, halfHeightM: shape.halfHeightM };
    default:
      return shape satisfies never;
  }
}

function widthM({ shape }: ObjectSpec): number {
  return 2 * (shape.kind === "box" ? Math.min(shape.halfM[0], shape.halfM[1]) : shape.radiusM);
}
