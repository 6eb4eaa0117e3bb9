/**
 * Assembles the view that planners and gates judge by. What did not change since the last observation is not built again.
 * @module
 */
import { rotateVector } from "../core/pose.ts";
import type { ObjectState, Observation } from "../core/observation.ts";
import type { ObjectSpec, WorldSpec } from "../core/world-spec.ts";
import { cylinder, orientedBox, shapeFromSpec, sphere, type Shape } from "../geometry/shapes.ts";
import { WorkspaceModel } from "../geometry/workspace-model.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { obstacleSetFromShapes, type ObstacleSet } from "../robot/obstacle-set.ts";
import type { MotionLimits, WorldView } from "./world-view.ts";

export interface WorldSetup {
  readonly collision: CollisionModel;
  readonly spec: WorldSpec;
  readonly limits: MotionLimits;
  readonly maxStateAgeMs: number;
}

type Solid = { readonly name: string; readonly shape: Shape };

export class WorldViews {
  readonly #setup: WorldSetup;
  readonly #fixtures: readonly Solid[];
  readonly #zones: ObstacleSet;
  readonly #workspace: WorkspaceModel;
  #seenObjects: readonly ObjectState[] | undefined;
  #seenHolding: string | null = null;
  #solids: readonly Solid[] = [];
  #obstacles: ObstacleSet;

  constructor(setup: WorldSetup) {
    this.#setup = setup;
    const { spec } = setup;
    this.#fixtures = spec.fixtures.flatMap(({ name, shapes }) => shapes.map((shape) => ({ name, shape: shapeFromSpec(shape, name) })));
    const zones = spec.zones.map(({ name, shape }) => ({ name, shape: shapeFromSpec(shape, name) }));
    this.#zones = obstacleSetFromShapes(zones);
    this.#obstacles = obstacleSetFromShapes(this.#fixtures);
    const still = [...this.#fixtures, ...zones].map((solid) => solid.shape);
    this.#workspace = new WorkspaceModel(spec.workspace.minM, spec.workspace.maxM, still);
  }

  get nJoints(): number {
    return this.#setup.collision.robot.nJoints;
  }

  at(observation: Observation): WorldView {
    this.#refresh(observation);
    const { collision, spec, limits, maxStateAgeMs } = this.#setup;
    return Object.freeze({
      robot: collision.robot,
      collision,
      spec,
      workspace: this.#workspace,
      solids: this.#solids,
      obstacles: this.#obstacles,
      zones: this.#zones,
      observation,
      limits,
      maxStateAgeMs,
    });
  }

  #refresh(observation: Observation): void {
    const holding = observation.gripper?.holding ?? null;
    if (observation.objects === this.#seenObjects && holding === this.#seenHolding) return;
    this.#seenObjects = observation.objects;
    this.#seenHolding = holding;
    const solids = [...this.#fixtures];
    for (const state of observation.objects) {
      const spec = this.#setup.spec.objects.find((object) => object.name === state.name);
      if (spec !== undefined && state.name !== holding) solids.push({ name: state.name, shape: objectShape(spec, state) });
    }
    this.#solids = Object.freeze(solids);
    this.#obstacles = obstacleSetFromShapes(solids);
  }
}

function objectShape(spec: ObjectSpec, { name, worldFromObject }: ObjectState): Shape {
  const { shape } = spec;
  const label = { label: name };
  switch (shape.kind) {
    case "box":
      return orientedBox(worldFromObject.position, shape.halfM, worldFromObject.orientation, label);
    case "sphere":
      return sphere(worldFromObject.position, shape.radiusM, label);
    case "cylinder":
      return cylinder(worldFromObject.position, shape.radiusM, shape.halfHeightM, {
        ...label,
        axis: rotateVector(worldFromObject.orientation, [0, 0, 1]),
      });
    default:
      return shape satisfies never;
  }
}
