/**
 * A robot as far as its tip is concerned: only the links whose joints move the tip, what is fixed between them folded into their
 * matrices. Forward kinematics and the Jacobian of the tip are those of the whole robot (but for rounding), for half the work where a
 * description has flanges, hands, fingers and frames.
 * @module
 */
import { multiply34Into } from "./kinematics.ts";
import { linksBetween } from "./motion-reach.ts";
import { JOINT_FIXED, type RobotModel } from "./robot-model.ts";

const known = new WeakMap<RobotModel, RobotModel>();

/** The same joints, limits and tip; fewer links, so capsules and collision pairs do not fit it. Made once a model. */
export function tipModelOf(model: RobotModel): RobotModel {
  let reduced = known.get(model);
  if (reduced === undefined) known.set(model, (reduced = reduce(model)));
  return reduced;
}

function reduce(model: RobotModel): RobotModel {
  const chain = linksBetween(model, 0, model.tipLink);
  const links = [0, ...chain.filter((link) => model.jointKindOfLink[link] !== JOINT_FIXED)];
  const parentFromLink = new Float64Array(links.length * 12);
  parentFromLink.set(model.parentFromLink.subarray(0, 12));
  // From the last link kept to the one at hand.
  let fixed: Float64Array | undefined;
  let kept = 0;
  for (const link of chain) {
    const step = followedBy(fixed, model.parentFromLink.subarray(link * 12, link * 12 + 12));
    if (model.jointKindOfLink[link] === JOINT_FIXED) {
      fixed = step;
      continue;
    }
    kept += 1;
    parentFromLink.set(step, kept * 12);
    fixed = undefined;
  }
  const threeOf = (values: Float64Array): Float64Array =>
    Float64Array.from(links.flatMap((link) => Array.from(values.subarray(link * 3, link * 3 + 3))));
  return Object.freeze({
    ...model,
    nLinks: links.length,
    linkNames: Object.freeze(links.map((link) => model.linkNames[link] ?? "")),
    parentOfLink: Int32Array.from(links, (_, i) => i - 1),
    jointKindOfLink: Uint8Array.from(links, (link) => model.jointKindOfLink[link]!),
    qIndexOfLink: Int32Array.from(links, (link) => model.qIndexOfLink[link]!),
    mimicScale: Float64Array.from(links, (link) => model.mimicScale[link]!),
    mimicOffset: Float64Array.from(links, (link) => model.mimicOffset[link]!),
    parentFromLink,
    axisInLink: threeOf(model.axisInLink),
    anchorInLink: threeOf(model.anchorInLink),
    tipLink: links.length - 1,
    tipLinkFromTip: followedBy(fixed, model.tipLinkFromTip),
  });
}

function followedBy(first: Float64Array | undefined, second: Float64Array): Float64Array {
  if (first === undefined) return second.slice();
  const product = new Float64Array(12);
  multiply34Into(first, 0, second, 0, product, 0);
  return product;
}
