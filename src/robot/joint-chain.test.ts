import { expect, test } from "vitest";
import { JointChain } from "./joint-chain.ts";

test("D4 a chain knows its joints and its reach", () => {
  const chain = new JointChain([0.1, 0.2, 0.3], [0.5, 0.3, 0.25], [undefined, [-1, 2], [0, 0]]);
  expect(chain.jointCount).toBe(3);
  expect(chain.reachM).toBeCloseTo(1.05, 15);
  expect(chain.jointLimitsRad).toEqual([undefined, [-1, 2], [0, 0]]);
  expect(Object.isFrozen(chain) && Object.isFrozen(chain.linkLengthsM) && Object.isFrozen(chain.jointLimitsRad)).toBe(true);
});

test("D4 a chain keeps no hold on the caller's arrays", () => {
  const lengths = [1, 1];
  const limit: [number, number] = [-1, 1];
  const chain = new JointChain([0, 0, 0], lengths, [limit, undefined]);
  lengths[0] = 9;
  limit[0] = -9;
  expect(chain.linkLengthsM).toEqual([1, 1]);
  expect(chain.jointLimitsRad).toEqual([[-1, 1], undefined]);
});

test.for<[string, () => JointChain, RegExp]>([
  ["no links", () => new JointChain([0, 0, 0], []), /link_lengths must be non-empty/],
  ["a link of length 0", () => new JointChain([0, 0, 0], [1, 0]), /link_lengths must all be positive; got \(1, 0\)/],
  ["a negative link", () => new JointChain([0, 0, 0], [1, -1]), /link_lengths must all be positive; got \(1, -1\)/],
  ["a link of -0", () => new JointChain([0, 0, 0], [-0]), /must all be positive/],
  ["a NaN link", () => new JointChain([0, 0, 0], [1, Number.NaN]), /link_lengths\[1\] must be a finite number/],
  ["an infinite link", () => new JointChain([0, 0, 0], [Infinity]), /link_lengths\[0\] must be a finite number/],
  ["a text for a link", () => Reflect.construct(JointChain, [[0, 0, 0], ["1"]]), /link_lengths\[0\] must be a finite number/],
  ["a reach that overflows", () => new JointChain([0, 0, 0], [1e308, 1e308]), /sum of link_lengths/],
  ["a NaN base", () => new JointChain([0, Number.NaN, 0], [1]), /Vec3 components must be finite/],
  ["too few limits", () => new JointChain([0, 0, 0], [1, 1], [[-1, 1]]), /expected 2, got 1/],
  ["a limit the wrong way round", () => new JointChain([0, 0, 0], [1], [[1, -1]]), /joint_limits\[0\] min must be <= max/],
  ["a NaN limit", () => new JointChain([0, 0, 0], [1], [[Number.NaN, 1]]), /joint_limits\[0\] min must be a finite number/],
  ["an infinite limit", () => new JointChain([0, 0, 0], [1], [[0, Infinity]]), /joint_limits\[0\] max must be a finite number/],
])("D4 a chain refuses %s", ([, build, message]) => {
  expect(build).toThrow(message);
});
