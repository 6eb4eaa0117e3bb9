/**
 * How far control points go, bounded from the joints alone, without placing the robot.
 *
 *     p(q) = p(q₀) + Σ aⱼ (qⱼ − qⱼ₀) + rest        aⱼ: the directions of slides that no joint turns, base frame
 *     |rest| <= Σ ρⱼ |qⱼ − qⱼ₀|                    ρⱼ: the reaches of all other joints (bodies.ts)
 *
 * On slides this is exact where all of them move in proportion, as along a straight line.
 * @module
 */
import { forwardKinematics } from "../../robot/kinematics.ts";
import { linksBetween } from "../../robot/motion-reach.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, type RobotModel } from "../../robot/robot-model.ts";
import type { Bodies } from "./bodies.ts";
import type { Motion } from "./motion.ts";

interface Slide {
  readonly joint: number;
  readonly direction: readonly [x: number, y: number, z: number];
}

interface Lever {
  readonly joint: number;
  readonly reachM: number;
}

interface Point {
  readonly slides: readonly Slide[];
  readonly levers: readonly Lever[];
}

export class PointBounds {
  readonly #points: readonly Point[];
  readonly #motion: Motion;
  /** Shape `[nJoints]` each: how far each joint goes below and above where it was measured. */
  readonly #below: Float64Array;
  readonly #above: Float64Array;

  constructor(robot: RobotModel, motion: Motion) {
    const { bodies } = motion.placed;
    this.#motion = motion;
    this.#points = pointsOf(robot, bodies);
    this.#below = new Float64Array(robot.nJoints);
    this.#above = new Float64Array(robot.nJoints);
  }

  /** How far point `p` moves at most when each joint moves by at most `moved[at + joint]`, m. */
  length(p: number, moved: Float64Array, at: number): number {
    const { slides, levers } = this.#points[p]!;
    let x = 0;
    let y = 0;
    let z = 0;
    for (const { joint, direction } of slides) {
      const by = moved[at + joint]!;
      x += Math.abs(direction[0]) * by;
      y += Math.abs(direction[1]) * by;
      z += Math.abs(direction[2]) * by;
    }
    let sum = Math.sqrt(x * x + y * y + z * z);
    for (const { joint, reachM } of levers) sum += reachM * moved[at + joint]!;
    return sum;
  }

  /** How much two steps of point `p` differ at most: the joints' steps by at most `change`, none longer than `longest`; m. */
  change(p: number, change: Float64Array, longest: Float64Array): number {
    const { slides, levers } = this.#points[p]!;
    let x = 0;
    let y = 0;
    let z = 0;
    for (const { joint, direction } of slides) {
      x += Math.abs(direction[0]) * change[joint]!;
      y += Math.abs(direction[1]) * change[joint]!;
      z += Math.abs(direction[2]) * change[joint]!;
    }
    let sum = Math.sqrt(x * x + y * y + z * z);
    for (const { joint, reachM } of levers) sum += 2 * reachM * longest[joint]!;
    return sum;
  }

  /** Whether every point stays in a box, min and max of x y z, all the way from where it is placed, at the first configuration. */
  stayIn(box: Float64Array): boolean {
    const { placed } = this.#motion;
    this.#motion.rangeInto(this.#below, this.#above);
    for (let p = 0; p < this.#points.length; p++) {
      const { slides, levers } = this.#points[p]!;
      let rest = 0;
      for (const { joint, reachM } of levers) rest += reachM * Math.max(this.#below[joint]!, this.#above[joint]!);
      for (let axis = 0; axis < 3; axis++) {
        const at = placed.ends[(placed.bodies.nSolid + p) * 7 + axis]!;
        let low = at - rest;
        let high = at + rest;
        for (const { joint, direction } of slides) {
          const along = direction[axis]!;
          low -= along > 0 ? along * this.#below[joint]! : -along * this.#above[joint]!;
          high += along > 0 ? along * this.#above[joint]! : -along * this.#below[joint]!;
        }
        if (!(low >= box[axis]! && high <= box[3 + axis]!)) return false;
      }
    }
    return true;
  }
}

function pointsOf(robot: RobotModel, { nSolid, count, linkOf, paths }: Bodies): readonly Point[] {
  const frames = new Float64Array(robot.nLinks * 12);
  forwardKinematics(robot, robot.homeRad, frames);
  return Array.from({ length: count - nSolid }, (_, p): Point => {
    const body = nSolid + p;
    const moving = linksBetween(robot, 0, linkOf[body]!).filter((link) => robot.jointKindOfLink[link] !== JOINT_FIXED);
    const turnsAt = moving.findIndex((link) => robot.jointKindOfLink[link] !== JOINT_PRISMATIC);
    const nSlides = turnsAt < 0 ? moving.length : turnsAt;
    const entry = paths.start[body]!;
    return {
      slides: moving.slice(0, nSlides).map((link) => ({ joint: robot.qIndexOfLink[link]!, direction: directionOf(robot, frames, link) })),
      levers: moving
        .slice(nSlides)
        .map((_link, k) => ({ joint: paths.joint[entry + nSlides + k]!, reachM: paths.reachM[entry + nSlides + k]! })),
    };
  });
}

/** Metres along each axis of the base per unit of a slide's joint. */
function directionOf({ axisInLink, mimicScale }: RobotModel, frames: Float64Array, link: number): readonly [number, number, number] {
  const [x, y, z] = axisInLink.subarray(link * 3, link * 3 + 3);
  const along = (row: number): number =>
    mimicScale[link]! * (frames[link * 12 + row]! * x! + frames[link * 12 + row + 1]! * y! + frames[link * 12 + row + 2]! * z!);
  return [along(0), along(4), along(8)];
}
