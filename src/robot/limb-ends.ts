/**
 * Where the limbs end that are commanded and do not carry the tip: the hands of a robot whose tip is its head, the other hand of one
 * that works with the first.
 *
 *     base ── … ── tip
 *       └── shoulder ── elbow ── hand        commanded, and nothing farther out is: its outermost links are ends
 * @module
 */
import { isAncestor } from "./motion-reach.ts";
import { JOINT_FIXED, type RobotModel } from "./robot-model.ts";

export interface LimbEnd {
  /** Of its link. */
  readonly name: string;
  readonly link: number;
  /** The same robot with this link's origin as its tip. */
  readonly model: RobotModel;
}

const known = new WeakMap<RobotModel, readonly LimbEnd[]>();

/** Found once a model. */
export function limbEndsOf(model: RobotModel): readonly LimbEnd[] {
  let ends = known.get(model);
  if (ends === undefined) known.set(model, (ends = Object.freeze(outermostLinks(model).map((link) => endAt(model, link)))));
  return ends;
}

function outermostLinks(model: RobotModel): readonly number[] {
  const links = Array.from({ length: model.nLinks }, (_, link) => link);
  const ownJoint = links.filter((link) => model.jointKindOfLink[link] !== JOINT_FIXED && !isAncestor(model, link, model.tipLink));
  const last = ownJoint.filter((link) => !ownJoint.some((other) => other !== link && isAncestor(model, link, other)));
  const leaves = links.filter((link) => !links.some((other) => model.parentOfLink[other] === link));
  return leaves.filter((leaf) => last.some((link) => isAncestor(model, link, leaf)));
}

function endAt(model: RobotModel, link: number): LimbEnd {
  const tip = { tipLink: link, tipLinkFromTip: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0) };
  return Object.freeze({ name: model.linkNames[link] ?? `link ${link}`, link, model: Object.freeze({ ...model, ...tip }) });
}
