import { expect, test } from "vitest";
import { quatFromAxisAngle } from "../core/pose.ts";
import { Random } from "../core/random.ts";
import { box, capsule, contains, cylinder, floorAt, inflate, orientedBox, polytope, sphere, type Shape } from "../geometry/index.ts";
import { ObstacleSet, obstacleSetFromShapes, unboundedM } from "./obstacle-set.ts";
import { randomTurn, randomVec3 } from "./testing/random-robot.ts";

test("runtime 16 several shapes may share a name, and rows keep their order", () => {
  const set = obstacleSetFromShapes([
    { name: "bin", shape: box([0, 0, 0], [1, 1, 0.1]) },
    { name: "table", shape: floorAt(0) },
    { name: "bin", shape: sphere([0, 0, 1], 0.1) },
  ]);
  expect(set.count).toBe(3);
  expect(set.names).toEqual(["bin", "table"]);
  expect(set.nameOfRow).toEqual(["bin", "table", "bin"]);
  expect(set.rowsOf("bin")).toEqual([0, 2]);
  expect(set.rowsOf("constructor")).toEqual([]);
  expect(new ObstacleSet([]).count).toBe(0);
});

test("runtime 16 bounding spheres hold every point of their shapes, and what has no bounds is never culled", () => {
  const random = new Random(20261121);
  const pose = quatFromAxisAngle([0, 1, 0], 0.7);
  for (let run = 0; run < 300; run++) {
    const center = randomVec3(random, 1);
    const size = random.uniform(0.01, 0.5);
    const plain: readonly Shape[] = [
      sphere(center, size),
      box(center, [center[0] + size, center[1] + 0.1, center[2] + size]),
      orientedBox(center, [size, 0.1, 0.3], randomTurn(random)),
      capsule(center, randomVec3(random, 1), size),
      cylinder(center, size, 0.2, { axis: randomVec3(random, 1) }),
      orientedBox(center, [size, size, size], pose),
    ];
    for (const shape of plain) {
      const grown = run % 2 === 0 ? shape : inflate(shape, 0.05);
      const [x = 0, y = 0, z = 0, radius = 0] = new ObstacleSet([{ name: "", shape: grown }]).boundingSpheres;
      expect(radius).toBeLessThan(3);
      for (let sample = 0; sample < 40; sample++) {
        const p = randomVec3(random, 2);
        if (contains(grown, p)) expect((p[0] - x) ** 2 + (p[1] - y) ** 2 + (p[2] - z) ** 2).toBeLessThanOrEqual(radius * radius);
      }
    }
  }
  const wedge = polytope([
    { normal: [1, 0, 0], offsetM: 0 },
    { normal: [0, 1, 0], offsetM: 0 },
  ]);
  for (const shape of [floorAt(0), wedge, box([-1e150, 0, 0], [1e150, 1, 1])]) {
    expect(new ObstacleSet([{ name: "", shape }]).boundingSpheres[3]).toBe(unboundedM);
  }
});
