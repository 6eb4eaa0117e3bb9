/**
 * The whole arm in its goal posture, and on the way there.
 * @module
 */
import { capsuleToShapeDistance, flattenShapes, SHAPE_STRIDE } from "../geometry/flat-shape.ts";
import { capsuleCapsuleDistance } from "../geometry/capsule-distance.ts";
import type { Capsule, Shape } from "../geometry/shapes.ts";
import type { ArmAnswer, KinematicModel } from "../robot/kinematic-model.ts";
import { messageOf, type GroundingMeter } from "./grounding-meter.ts";

/**
 * Models that cannot check their arm but show its capsules are checked in the goal posture alone; a start then leaves the way between
 * undecided. Models without either have no body, and nothing is found.
 */
export function checkPath(
  model: KinematicModel,
  anglesRad: ArrayLike<number>,
  obstacles: readonly Shape[],
  startRad: ArrayLike<number> | undefined,
  meter: GroundingMeter,
): void {
  try {
    report(armAnswer(model, anglesRad, obstacles, startRad), startRad !== undefined, meter);
  } catch (cause) {
    meter.leaveUndecided("path", `path could not be decided: ${messageOf(cause)}`);
  }
}

function armAnswer(
  model: KinematicModel,
  anglesRad: ArrayLike<number>,
  obstacles: readonly Shape[],
  startRad: ArrayLike<number> | undefined,
): ArmAnswer {
  if (model.checkArm !== undefined) return model.checkArm(anglesRad, obstacles, startRad);
  const capsules = model.linkCapsules?.(anglesRad) ?? [];
  if (capsules.length === 0) return { kind: "clear", nearestM: Infinity };
  const posture = postureAnswer(capsules, [...(model.extraObstacles ?? []), ...obstacles]);
  if (posture.kind !== "clear" || startRad === undefined) return posture;
  return { kind: "unsupported", why: "the kinematic model cannot check the way to the posture" };
}

function report(answer: ArmAnswer, swept: boolean, meter: GroundingMeter): void {
  switch (answer.kind) {
    case "clear":
      return;
    case "collides":
    case "undecided": {
      const { link, against, atFraction, nearestM } = answer;
      const verb = answer.kind === "collides" ? "collides with" : "could not be proved clear of";
      const where = swept ? `at ${atFraction.toFixed(3)} of the path` : "in the goal posture";
      const evidence = { link, against, atFraction, ...(Number.isFinite(nearestM) ? { nearestM } : {}) };
      meter.violations.push({
        constraint: "path",
        reason: `${link} ${verb} ${against} ${where}`,
        undecided: answer.kind === "undecided",
        evidence,
      });
      return;
    }
    case "unsupported":
      meter.leaveUndecided("path", `path could not be decided: ${answer.why}`);
      return;
    default:
      answer satisfies never;
      meter.leaveUndecided("path", "path could not be decided: malformed answer");
  }
}

/** Every capsule against every obstacle, and against every other but its neighbours. */
function postureAnswer(capsules: readonly Capsule[], obstacles: readonly Shape[]): ArmAnswer {
  const links = new Float64Array(7 * capsules.length);
  for (const [i, { fromM, toM, radiusM, inflationM }] of capsules.entries()) links.set([...fromM, ...toM, radiusM + inflationM], 7 * i);
  const { count, kinds, params } = flattenShapes(obstacles);
  let nearestM = Infinity;
  let link = "";
  let against = "";
  for (let i = 0; i < capsules.length; i++) {
    for (let k = 0; k < count + capsules.length; k++) {
      const other = k - count;
      if (other >= 0 && other < i + 2) continue;
      const awayM =
        other >= 0
          ? capsuleCapsuleDistance(links, 7 * i, links, 7 * other)
          : capsuleToShapeDistance(kinds[k]!, params, k * SHAPE_STRIDE, links, 7 * i);
      if (awayM >= nearestM) continue;
      nearestM = awayM;
      link = labelOf(capsules[i], "link", i);
      against = other >= 0 ? labelOf(capsules[other], "link", other) : labelOf(obstacles[k], "obstacle", k);
      if (!(awayM > 0)) return { kind: "collides", link, against, atFraction: 1, nearestM: awayM };
    }
  }
  return { kind: "clear", nearestM };
}

function labelOf(shape: Shape | undefined, what: string, index: number): string {
  return shape === undefined || shape.label === "" ? `${what} ${index + 1}` : shape.label;
}
