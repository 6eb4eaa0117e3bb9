/**
 * From options to numbers: everything that is wrong is named at once, and nothing half right is loaded.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { linkPairKey } from "../../robot/self-pairs.ts";
import { fingerFaults } from "./finger-motion.ts";
import { modelFaults, rowFaults } from "./model-faults.ts";
import { loadedModelHash } from "./model-hash.ts";
import type { AttachedGeometry } from "./bodies.ts";
import type { NamedShape } from "../../robot/obstacle-set.ts";
import { fixtureShapes } from "./fixture-check.ts";
import type { GeometryLoadReport, KernelGeometryOptions, Mount, UnprotectedPair } from "./options.ts";
import { zonePlanes, type ZonePlanes } from "./zone-check.ts";

/** Parameters of safety-kernel.md §11. */
const defaultDeadlineMs = 500;
const defaultMaxPrimitives = 64;
const defaultMaxCells = 262_144;
const defaultMaxRows = 256;

export interface LoadedGeometry {
  readonly options: KernelGeometryOptions;
  readonly collision: CollisionModel;
  readonly stride: number;
  /** Shape `[nJoints]`: the column of each joint. */
  readonly columns: Int32Array;
  readonly columnNames: readonly string[];
  /** Joints of the model that move the base. */
  readonly baseJoints: readonly number[];
  /** Shape `[nJoints]`, rad or m. */
  readonly trackingError: Float64Array;
  readonly zones: readonly ZonePlanes[];
  readonly fixtures: readonly NamedShape[];
  readonly maxRows: number;
  readonly worldDeadlineMs: number;
  readonly maxPrimitives: number;
  readonly voxelDeadlineMs: number;
  readonly maxCells: number;
  readonly modelHash: string;
}

/** @throws ClearanceError `config.invalid` with every reason and element. */
export function loadGeometry(options: KernelGeometryOptions): LoadedGeometry {
  const { collision } = options;
  refuse(modelFaults(collision, options.mimicLinks ?? []));
  const { robot } = collision;
  const columnNames = options.columns ?? robot.jointNames;
  const faults = [...columnFaults(options, columnNames), ...numberFaults(options), ...nameFaults(options), ...needFaults(options)];
  if (typeof options.fingers === "object") faults.push(...fingerFaults(robot, options.fingers));
  const zones: ZonePlanes[] = [];
  options.zones?.zones.forEach((zone, i) => {
    const planes = zonePlanes(zone);
    if (typeof planes === "string") faults.push(`zone ${i} ${planes}`);
    else zones.push(planes);
  });
  const fixtures: NamedShape[] = [];
  for (const shape of fixtureShapes(options.fixtures?.fixtures ?? [])) {
    if (typeof shape === "string") faults.push(shape);
    else fixtures.push(shape);
  }
  const hash = loadedModelHash(collision, columnNames);
  if (options.expectedModelHash !== undefined && options.expectedModelHash !== hash) {
    faults.push(`the model's hash is ${hash}, the manifest was reviewed with ${options.expectedModelHash}`);
  }
  refuse(faults);
  const columns = Int32Array.from(robot.jointNames, (name) => columnNames.indexOf(name));
  const errors = options.trackingError;
  return {
    options,
    collision,
    stride: columnNames.length,
    columns,
    columnNames,
    baseJoints: (options.baseJoints ?? []).map((name) => robot.jointNames.indexOf(name)),
    trackingError: Float64Array.from(columns, (column) => errors?.[column] ?? 0),
    zones,
    fixtures,
    maxRows: options.maxRows ?? defaultMaxRows,
    worldDeadlineMs: options.world?.deadlineMs ?? defaultDeadlineMs,
    maxPrimitives: options.world?.maxPrimitives ?? defaultMaxPrimitives,
    voxelDeadlineMs: options.voxels?.deadlineMs ?? defaultDeadlineMs,
    maxCells: options.voxels?.maxCells ?? defaultMaxCells,
    modelHash: hash,
  };
}

/** @throws ClearanceError `config.invalid` unless there is nothing to refuse. */
export function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const message = `the kernel's geometry is refused: ${problems.join("; ")}`;
  throw new ClearanceError("config.invalid", message, { source: "kernel geometry", problems });
}

/** What is wrong with a body to be attached. */
export function attachedFaults(collision: CollisionModel, body: AttachedGeometry): readonly string[] {
  const known = collision.robot.linkNames;
  const links = [body.link, ...(body.mayTouchLinks ?? [])].filter((link) => !known.includes(link));
  return [
    ...links.map((link) => `attached "${body.name}": "${link}" is no link`),
    ...(body.capsules.length > 0 ? [] : [`attached "${body.name}" has no capsule`]),
    ...body.capsules.flatMap((row, i) => rowFaults(`capsule ${i} of attached "${body.name}"`, row)),
  ];
}

function columnFaults(
  { collision, columnsWithoutGeometry = [], baseJoints = [] }: KernelGeometryOptions,
  columns: readonly string[],
): string[] {
  const { jointNames } = collision.robot;
  const missing = jointNames.filter((name) => !columns.includes(name)).map((name) => `joint "${name}" has no column`);
  const unknown = columns
    .filter((name) => !jointNames.includes(name) && !columnsWithoutGeometry.includes(name))
    .map((name) => `column "${name}" is no joint of the model`);
  const twice = columns.filter((name, i) => columns.indexOf(name) < i).map((name) => `column "${name}" is there twice`);
  const bases = baseJoints.filter((name) => !jointNames.includes(name)).map((name) => `base joint "${name}" is no joint of the model`);
  return [...missing, ...unknown, ...twice, ...bases];
}

/** NaN and infinities close the gate; only what is unset may be without limit. */
function numberFaults(options: KernelGeometryOptions): string[] {
  const { self, world, fixtures, voxels, zones, box, eeSpeed, trackingError, columns, collision } = options;
  const atLeastZero: readonly (readonly [string, number | undefined])[] = [
    ["self.marginM", self?.marginM],
    ["world.marginM", world?.marginM],
    ["fixtures.marginM", fixtures?.marginM],
    ["voxels.marginM", voxels?.marginM],
    ["voxels.horizonM", voxels?.horizonM],
    ["zones.marginM", zones?.marginM],
    ["box.toleranceM", box?.toleranceM],
    ["eeSpeed.jumpToleranceM", eeSpeed?.jumpToleranceM],
    // 0 lets nothing move.
    ["eeSpeed.maxMps", eeSpeed?.maxMps],
    ["eeSpeed.maxAccelMps2", eeSpeed?.maxAccelMps2],
    ...Array.from(trackingError ?? [], (value, i): readonly [string, number] => [`trackingError[${i}]`, value]),
  ];
  const positive: readonly (readonly [string, number | undefined])[] = [
    ["world.deadlineMs", world?.deadlineMs],
    ["voxels.deadlineMs", voxels?.deadlineMs],
  ];
  const whole: readonly (readonly [string, number | undefined])[] = [
    ["maxRows", options.maxRows],
    ["world.maxPrimitives", world?.maxPrimitives],
    ["voxels.maxCells", voxels?.maxCells],
  ];
  const faults = [
    ...atLeastZero.filter(([, v]) => v !== undefined && !(v >= 0 && v < Infinity)).map(([name, v]) => `${name} is ${v}, not a number >= 0`),
    ...positive.filter(([, v]) => v !== undefined && !(v > 0 && v < Infinity)).map(([name, v]) => `${name} is ${v}, not a number > 0`),
    ...whole
      .filter(([, v]) => v !== undefined && !(Number.isSafeInteger(v) && v >= 1))
      .map(([name, v]) => `${name} is ${v}, not a whole number >= 1`),
  ];
  const width = (columns ?? collision.robot.jointNames).length;
  if (trackingError !== undefined && trackingError.length !== width) {
    faults.push(`trackingError has ${trackingError.length} entries for ${width} columns`);
  }
  if (box !== undefined) {
    for (let axis = 0; axis < 3; axis++) {
      const [low, high] = [box.minM[axis], box.maxM[axis]];
      const sound = Number.isFinite(low) && Number.isFinite(high) && low! <= high!;
      if (!sound) faults.push(`box: ${low} to ${high} on axis ${axis} is no range`);
    }
  }
  return faults;
}

function nameFaults({ collision, world, fixtures, voxels, controlPoints = [] }: KernelGeometryOptions): string[] {
  const { linkNames } = collision.robot;
  const links: readonly (readonly [string, string])[] = [
    ...(world?.exemptLinks ?? []).map((link): readonly [string, string] => ["world.exemptLinks", link]),
    ...(fixtures?.exemptLinks ?? []).map((link): readonly [string, string] => ["fixtures.exemptLinks", link]),
    ...(voxels?.exemptLinks ?? []).map((link): readonly [string, string] => ["voxels.exemptLinks", link]),
    ...controlPoints.map(({ name, link }): readonly [string, string] => [`control point "${name}"`, link]),
  ];
  const offsets = controlPoints.filter(({ offsetM = [0, 0, 0] }) => offsetM.length !== 3 || !offsetM.every(Number.isFinite));
  return [
    ...links.filter(([, link]) => !linkNames.includes(link)).map(([where, link]) => `${where}: "${link}" is no link`),
    ...offsets.map(({ name }) => `control point "${name}": its offset is not three finite numbers`),
  ];
}

/** A check that is on and has nothing to look at protects nobody. */
function needFaults({
  collision,
  self,
  world,
  fixtures,
  voxels,
  zones,
  box,
  eeSpeed,
  controlPoints = [],
}: KernelGeometryOptions): string[] {
  const faults: string[] = [];
  if (self !== undefined && collision.selfPairs.length === 0 && self.acknowledgeNoPairs !== true) {
    faults.push("self-collision is on and no pair is checked; acknowledgeNoPairs accepts that");
  }
  const bodies = collision.nCapsules + controlPoints.length;
  if (fixtures !== undefined && fixtures.fixtures.length === 0) faults.push("fixtures are on and there is none");
  if ((world !== undefined || fixtures !== undefined || voxels !== undefined) && collision.nCapsules === 0)
    faults.push("a collision check is on and the robot has no capsule");
  if (zones !== undefined && bodies === 0) faults.push("zones are on and the robot has neither capsule nor control point");
  if (zones !== undefined && zones.zones.length === 0) faults.push("zones are on and there is none");
  if ((box !== undefined || eeSpeed !== undefined) && controlPoints.length === 0)
    faults.push("box or eeSpeed is on and there is no control point");
  return faults;
}

export function reportOf(loaded: LoadedGeometry, mounts: readonly Mount[], homeDistanceM: number): GeometryLoadReport {
  const { options, collision, columnNames } = loaded;
  const { self, world, fixtures, voxels } = options;
  const { robot } = collision;
  return Object.freeze({
    modelHash: loaded.modelHash,
    nLinks: robot.nLinks,
    nJoints: robot.nJoints,
    nCapsules: collision.nCapsules,
    self: {
      on: self !== undefined,
      marginM: self?.marginM ?? 0,
      checkedPairs: collision.selfPairs.length / 2,
      allowedLinkPairs: collision.allowedBecause.size,
    },
    unprotected: unprotectedPairs(collision),
    world: {
      on: world !== undefined,
      marginM: world?.marginM ?? 0,
      deadlineMs: loaded.worldDeadlineMs,
      exemptLinks: world?.exemptLinks ?? [],
    },
    fixtures: {
      on: fixtures !== undefined,
      marginM: fixtures?.marginM ?? 0,
      names: (fixtures?.fixtures ?? []).map(({ name }) => name),
      exemptLinks: fixtures?.exemptLinks ?? [],
      mounts,
    },
    voxels: {
      on: voxels !== undefined,
      marginM: voxels?.marginM ?? 0,
      deadlineMs: loaded.voxelDeadlineMs,
      shape: voxels?.shape ?? "sphere",
      unknown: voxels?.unknown ?? "block",
      outside: voxels?.outside ?? "block",
      exemptLinks: voxels?.exemptLinks ?? [],
    },
    zones: loaded.zones.length,
    box: options.box !== undefined,
    eeSpeed: options.eeSpeed?.maxMps !== undefined,
    eeAccel: options.eeSpeed?.maxAccelMps2 !== undefined,
    controlPoints: (options.controlPoints ?? []).map(({ name }) => name),
    fingers: options.fingers === undefined ? "not declared" : options.fingers === "still" ? "taken as still" : "swept",
    columns: columnNames,
    homeDistanceM,
  });
}

/** Link pairs with capsules that are allowed for another reason than being neighbours, or are in neither list. */
function unprotectedPairs({ robot, nCapsules, linkOfCapsule, selfPairs, allowedBecause }: CollisionModel): readonly UnprotectedPair[] {
  const checked = new Set<string>();
  for (let p = 0; p < selfPairs.length; p += 2)
    checked.add(linkPairKey(robot, linkOfCapsule[selfPairs[p]!]!, linkOfCapsule[selfPairs[p + 1]!]!));
  const found = new Map<string, UnprotectedPair>();
  for (let i = 0; i < nCapsules; i++)
    for (let j = i + 1; j < nCapsules; j++) {
      const [a, b] = [linkOfCapsule[i]!, linkOfCapsule[j]!].sort((x, y) => x - y) as [number, number];
      const key = linkPairKey(robot, a, b);
      const because = allowedBecause.get(key) ?? "unlisted";
      if (a === b || checked.has(key) || because === "adjacent" || because === "same-link") continue;
      found.set(key, { links: [robot.linkNames[a]!, robot.linkNames[b]!], because });
    }
  return [...found.values()];
}
