import { expect, test } from "vitest";
import { walkingPeople } from "./people-sensor.ts";

const ann = {
  name: "ann",
  heightM: 1.8,
  radiusM: 0.3,
  walk: [
    { atS: 1, feetM: [4, 0, -0.7] },
    { atS: 3, feetM: [2, 1, -0.7] },
    { atS: 4, feetM: [2, 3, -0.7] },
  ],
} as const;

test.for([
  [0, 4, 0],
  [1000, 4, 0],
  [2000, 3, 0.5],
  [3000, 2, 1],
  [3500, 2, 2],
  [4000, 2, 3],
  [9000, 2, 3],
] as const)("at %i ms the feet are at (%f, %f), and the body stands on them", ([nowMs, x, y]) => {
  const { people, ageMs } = walkingPeople([ann]).see(nowMs);
  expect(ageMs).toBe(0);
  expect(people.map(({ name }) => name)).toEqual(["ann"]);
  const [ax, ay, az, bx, by, bz, radius] = Array.from(people[0]!.capsuleInWorld);
  expect([ax, ay, bx, by, radius]).toEqual([x, y, x, y, 0.3]);
  expect([az, bz]).toEqual([expect.closeTo(-0.4, 12), expect.closeTo(0.8, 12)]);
});

test("one place is enough to stand, and nobody is nobody", () => {
  expect(walkingPeople([]).see(0).people).toEqual([]);
  const standing = walkingPeople([{ ...ann, walk: ann.walk.slice(0, 1) }]);
  expect(standing.see(0)).toEqual(standing.see(5000));
});
