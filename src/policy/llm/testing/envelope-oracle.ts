/**
 * Whether a robot stayed inside its envelope, told from what it was commanded and measured alone. It shares the robot's and the world's
 * descriptions with gates and kernel, and none of their code: kinematics by Rodrigues' formula, bodies as rows of balls inside them,
 * speeds from differences. A ball that lies in something is in it for certain, so that no finding is a false one.
 * @module
 */
import { cos, sin } from "../../../core/trigonometry.ts";
import type { Backend } from "../../../backend/backend.ts";
import type { ShapeSpec, WorldSpec } from "../../../core/world-spec.ts";
import type { Vec3 } from "../../../core/vec3.ts";
import type { RobotProfile } from "../../../profile/profile.ts";
import type { CollisionModel } from "../../../robot/collision-model.ts";
import { JOINT_PRISMATIC, type RobotModel } from "../../../robot/robot-model.ts";

export interface EnvelopeOracle {
  /** The backend, with everything that it is commanded and measures noted. */
  watch(backend: Backend): Backend;
  /** What was outside, one line each, the first of a kind only; empty where all was well. */
  readonly findings: ReadonlyMap<string, string>;
  /** Rows of joints that were judged. */
  readonly rows: () => number;
  /** Path of the tip, m, and turns of the joints, summed over the joints, rad or m. */
  readonly travelledM: () => number;
  readonly turnedRad: () => number;
}

/** m: what a straight line of joints may bulge between two planned points, and rounding. */
const slackM = 2e-3;
/** What differences of rounded rows add to a speed. */
const speedShare = 1.01;
/** m: spacing of the balls that stand for a capsule. */
const spacingM = 0.04;
/** m: how far the tip or a joint goes before bodies are looked at again. */
const lookEveryM = 0.04;

export function envelopeOracle(collision: CollisionModel, world: WorldSpec, profile: RobotProfile): EnvelopeOracle {
  const { robot } = collision;
  const findings = new Map<string, string>();
  const found = (kind: string, text: () => string): void => {
    if (!findings.has(kind)) findings.set(kind, `${kind}: ${text()}`);
  };
  const balls = ballsOf(collision);
  const pairs = ballPairs(collision, balls);
  const centres = new Float64Array(balls.length * 3);
  const solids = [...world.fixtures.flatMap(({ name, shapes }) => shapes.map((shape) => ({ name, shape }))), ...world.zones];
  const [lower, upper] = profile.workspace_bounds ?? [world.workspace.minM, world.workspace.maxM];
  const minM = lower.map((value, axis) => Math.max(value, world.workspace.minM[axis]!));
  const maxM = upper.map((value, axis) => Math.min(value, world.workspace.maxM[axis]!));
  const capMps = profile.max_velocity ?? Number.POSITIVE_INFINITY;
  const n = robot.nJoints;
  const frames = new Float64Array(robot.nLinks * 12);
  const q = new Float64Array(n);
  const lastQ = new Float64Array(n).fill(Number.NaN);
  const [tip, lastTip] = [new Float64Array(3), new Float64Array(3)];
  let rows = 0;
  let travelledM = 0;
  let turnedRad = 0;
  let sinceLookM = Number.POSITIVE_INFINITY;

  const judgePlace = (): void => {
    for (let j = 0; j < n; j++)
      if (!(q[j]! >= robot.lowerRad[j]! - 1e-6 && q[j]! <= robot.upperRad[j]! + 1e-6))
        found(`joint ${robot.jointNames[j]}`, () => `${q[j]} is outside ${robot.lowerRad[j]} … ${robot.upperRad[j]}`);
    for (let axis = 0; axis < 3; axis++)
      if (!(tip[axis]! >= minM[axis]! - slackM && tip[axis]! <= maxM[axis]! + slackM))
        found(`tip ${"xyz"[axis]}`, () => `${tip[axis]} is outside ${minM[axis]} … ${maxM[axis]}`);
  };

  const judgeSpeeds = (tipM: number, periodMs: number): void => {
    const perS = 1000 / periodMs;
    for (let j = 0; j < n; j++) {
      const speed = Math.abs(q[j]! - lastQ[j]!) * perS;
      if (!(speed <= robot.maxVelocityRadPerS[j]! * speedShare + 1e-6))
        found(`speed of ${robot.jointNames[j]}`, () => `${speed} exceeds ${robot.maxVelocityRadPerS[j]}`);
    }
    if (!(tipM * perS <= capMps * speedShare + 1e-6)) found("tip speed", () => `${tipM * perS} m/s exceeds ${capMps}`);
  };

  const judgeBodies = (): void => {
    for (const [i, { link, at }] of balls.entries()) placeInto(frames, link * 12, at, centres, i * 3);
    for (const [i, { link, radiusM, moves }] of balls.entries()) {
      if (!moves) continue;
      for (const { name, shape } of solids) {
        const depthM = radiusM - distanceTo(shape, centres[i * 3]!, centres[i * 3 + 1]!, centres[i * 3 + 2]!);
        if (!(depthM <= slackM)) found(`${robot.linkNames[link]} in ${name}`, () => `by ${depthM} m`);
      }
    }
    for (let p = 0; p < pairs.length; p += 2) {
      const [i, k] = [pairs[p]!, pairs[p + 1]!];
      const [a, b] = [i * 3, k * 3];
      const gapM = length(centres[a]! - centres[b]!, centres[a + 1]! - centres[b + 1]!, centres[a + 2]! - centres[b + 2]!);
      const depthM = balls[i]!.radiusM + balls[k]!.radiusM - gapM;
      if (!(depthM <= slackM)) found(`${robot.linkNames[balls[i]!.link]} in ${robot.linkNames[balls[k]!.link]}`, () => `by ${depthM} m`);
    }
  };

  /** `q` is where the robot is now, `periodMs` after it was at `lastQ`; measured, it is there at once. */
  const step = (periodMs: number | undefined): void => {
    linkFramesInto(robot, q, frames);
    placeInto(frames, robot.tipLink * 12, [robot.tipLinkFromTip[3]!, robot.tipLinkFromTip[7]!, robot.tipLinkFromTip[11]!], tip, 0);
    rows++;
    judgePlace();
    if (rows > 1) {
      const tipM = length(tip[0]! - lastTip[0]!, tip[1]! - lastTip[1]!, tip[2]! - lastTip[2]!);
      let turned = 0;
      for (let j = 0; j < n; j++) turned += Math.abs(q[j]! - lastQ[j]!);
      travelledM += tipM;
      turnedRad += turned;
      sinceLookM += Math.max(tipM, turned);
      if (periodMs !== undefined) judgeSpeeds(tipM, periodMs);
    }
    if (sinceLookM >= lookEveryM) {
      judgeBodies();
      sinceLookM = 0;
    }
    lastQ.set(q);
    lastTip.set(tip);
  };

  const commanded = ({ mode, rows: values, width, periodMs }: Parameters<Backend["apply"]>[0]): void => {
    if (mode.startsWith("gripper")) return;
    if (mode !== "joint_position") return found("mode", () => `${mode} is no mode that this oracle can judge`);
    for (let at = 0; at < values.length; at += width) {
      for (let j = 0; j < n; j++) q[j] = values[at + j]!;
      step(periodMs);
    }
  };

  const measured = (observed: Awaited<ReturnType<Backend["observe"]>>) => {
    q.set(observed.qRad);
    step(undefined);
    return observed;
  };

  return {
    findings,
    rows: () => rows,
    travelledM: () => travelledM,
    turnedRad: () => turnedRad,
    watch: (backend) =>
      new Proxy(backend, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key, target);
          if (typeof value !== "function") return value;
          return (...args: unknown[]): unknown => {
            if (key === "apply") commanded(args[0] as Parameters<Backend["apply"]>[0]);
            const answer: unknown = Reflect.apply(value, target, args);
            if (key !== "observe") return answer;
            return answer instanceof Promise ? answer.then(measured) : measured(answer as Awaited<ReturnType<Backend["observe"]>>);
          };
        },
      }),
  };
}

const [local, fixed, turn] = [new Float64Array(12), new Float64Array(12), new Float64Array(12)];

/** Rows of 3×4 matrices, world from link, shape `[nLinks, 12]`. */
function linkFramesInto(robot: RobotModel, q: Float64Array, frames: Float64Array): void {
  for (let link = 0; link < robot.nLinks; link++) {
    for (let k = 0; k < 12; k++) local[k] = robot.parentFromLink[link * 12 + k]!;
    const j = robot.qIndexOfLink[link]!;
    const target = link * 12;
    if (link === 0) fixed.set(local);
    else productInto(frames, robot.parentOfLink[link]! * 12, local, fixed, 0);
    if (j < 0) for (let k = 0; k < 12; k++) frames[target + k] = fixed[k]!;
    else {
      motionInto(robot, link, robot.mimicScale[link]! * q[j]! + robot.mimicOffset[link]!);
      productInto(fixed, 0, turn, frames, target);
    }
  }
}

/** Rodrigues' formula about an axis through the anchor, or a slide along it, into `turn`. */
function motionInto({ axisInLink, anchorInLink, jointKindOfLink }: RobotModel, link: number, value: number): void {
  const [x, y, z] = [axisInLink[link * 3]!, axisInLink[link * 3 + 1]!, axisInLink[link * 3 + 2]!];
  if (jointKindOfLink[link] === JOINT_PRISMATIC) {
    turn.set([1, 0, 0, x * value, 0, 1, 0, y * value, 0, 0, 1, z * value]);
    return;
  }
  const [c, s] = [cos(value), sin(value)];
  const k = 1 - c;
  turn.set([c + x * x * k, x * y * k - z * s, x * z * k + y * s, 0]);
  turn.set([x * y * k + z * s, c + y * y * k, y * z * k - x * s, 0], 4);
  turn.set([x * z * k - y * s, y * z * k + x * s, c + z * z * k, 0], 8);
  for (let row = 0; row < 3; row++) {
    let moved = 0;
    for (let i = 0; i < 3; i++) moved += turn[row * 4 + i]! * anchorInLink[link * 3 + i]!;
    turn[row * 4 + 3] = anchorInLink[link * 3 + row]! - moved;
  }
}

function productInto(a: Float64Array, ao: number, b: Float64Array, out: Float64Array, oo: number): void {
  for (let row = 0; row < 12; row += 4)
    for (let column = 0; column < 4; column++) {
      let sum = column === 3 ? a[ao + row + 3]! : 0;
      for (let i = 0; i < 3; i++) sum += a[ao + row + i]! * b[i * 4 + column]!;
      out[oo + row + column] = sum;
    }
}

function placeInto(frames: Float64Array, at: number, [x, y, z]: Vec3, out: Float64Array, oo: number): void {
  for (let row = 0; row < 3; row++) {
    const o = at + row * 4;
    out[oo + row] = frames[o]! * x + frames[o + 1]! * y + frames[o + 2]! * z + frames[o + 3]!;
  }
}

interface Ball {
  readonly capsule: number;
  readonly link: number;
  readonly at: Vec3;
  readonly radiusM: number;
  readonly moves: boolean;
}

/** Balls that lie in the bodies of the links: along each capsule's axis, in the link's frame. */
function ballsOf({ robot, nCapsules, linkOfCapsule, capsulesInLink }: CollisionModel): readonly Ball[] {
  const follows = (link: number): boolean => link > 0 && (robot.qIndexOfLink[link]! >= 0 || follows(robot.parentOfLink[link]!));
  const balls: Ball[] = [];
  for (let capsule = 0; capsule < nCapsules; capsule++) {
    const link = linkOfCapsule[capsule]!;
    const moves = follows(link);
    const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, radiusM = 0] = capsulesInLink.subarray(capsule * 7, capsule * 7 + 7);
    const count = Math.ceil(length(bx - ax, by - ay, bz - az) / spacingM);
    for (let i = 0; i <= count; i++) {
      const t = count === 0 ? 0 : i / count;
      balls.push({ capsule, link, at: [ax + t * (bx - ax), ay + t * (by - ay), az + t * (bz - az)], radiusM, moves });
    }
  }
  return balls;
}

/** Indices of balls, two by two, of capsules that are checked against each other. */
function ballPairs({ selfPairs }: CollisionModel, balls: readonly Ball[]): Int32Array {
  const indices = (capsule: number | undefined) => [...balls.keys()].filter((i) => balls[i]!.capsule === capsule);
  const pairs: number[] = [];
  for (let p = 0; p < selfPairs.length; p += 2)
    for (const i of indices(selfPairs[p])) for (const k of indices(selfPairs[p + 1])) pairs.push(i, k);
  return Int32Array.from(pairs);
}

function length(x: number, y: number, z: number): number {
  return Math.sqrt(x * x + y * y + z * z);
}

/** m from a point to a shape; negative inside, at least to the nearest face. */
function distanceTo(shape: ShapeSpec, x: number, y: number, z: number): number {
  switch (shape.kind) {
    case "sphere":
      return length(x - shape.centerM[0], y - shape.centerM[1], z - shape.centerM[2]) - shape.radiusM;
    case "half-space":
      return -(shape.normal[0] * x + shape.normal[1] * y + shape.normal[2] * z + shape.offsetM);
    case "box": {
      const [dx, dy] = [x - shape.centerM[0], y - shape.centerM[1]];
      const [c, s] = [cos(shape.yawRad ?? 0), sin(shape.yawRad ?? 0)];
      const [hx, hy, hz] = shape.halfM;
      return outside(Math.abs(c * dx + s * dy) - hx, Math.abs(c * dy - s * dx) - hy, Math.abs(z - shape.centerM[2]) - hz);
    }
    case "cylinder":
      return outside(
        length(x - shape.centerM[0], y - shape.centerM[1], 0) - shape.radiusM,
        Math.abs(z - shape.centerM[2]) - shape.halfHeightM,
        Number.NEGATIVE_INFINITY,
      );
    case "capsule": {
      const [ax, ay, az] = shape.fromM;
      const [ux, uy, uz] = [shape.toM[0] - ax, shape.toM[1] - ay, shape.toM[2] - az];
      const square = ux * ux + uy * uy + uz * uz;
      const share = square > 0 ? ((x - ax) * ux + (y - ay) * uy + (z - az) * uz) / square : 0;
      const t = Math.min(1, Math.max(0, share));
      return length(x - ax - t * ux, y - ay - t * uy, z - az - t * uz) - shape.radiusM;
    }
    default:
      return shape satisfies never;
  }
}

function outside(x: number, y: number, z: number): number {
  return length(Math.max(x, 0), Math.max(y, 0), Math.max(z, 0)) + Math.min(Math.max(x, y, z), 0);
}
