import { describe, expect, test } from "vitest";
import type { JsonObject } from "../core/json.ts";
import { geofenceGate } from "../gate/geofence-gate.ts";
import { askOf } from "../gate/testing/asks.ts";
import { declaredFromArgs } from "./declared-motion.ts";

const tip = [0.1, 0.2, 0.3] as const;
/** What the default fence says of a primitive that declares nothing itself. */
function fenced(args: JsonObject): string {
  const declaration = declaredFromArgs(args, tip);
  if (!declaration.ok) return declaration.problem;
  const verdict = geofenceGate().check(askOf({ args, declared: declaration.declared }));
  return verdict.kind === "allow" ? "allow" : verdict.reason;
}

describe("runtime row 14 motion that only the arguments tell of", () => {
  test.for([
    [{ target: [0.1, 0.2, 0.3] }, "allow"],
    [{ target: [0.5, 5] }, "target y=5 outside workspace [-1,1]"],
    [{ target: [0.5, 0.5] }, "allow"],
    [{ position: [0, 0, 2] }, "target z=2 outside workspace [0,1]"],
    [{ x: 5, y: 0, z: 0 }, "target x=5 outside workspace [-1,1]"],
    [{ y: -3 }, "target y=-3 outside workspace [-1,1]"],
    [{ x: 0, y: 0, theta: 9 }, "allow"],
    [{ altitude: 100 }, "target z=100 outside workspace [0,1]"],
    [{ altitude: 0.5 }, "allow"],
    [{ radius: 9, message: "x" }, "allow"],
    [
      {
        waypoints: [
          [0, 0, 0],
          [0, 0, 9],
        ],
      },
      "waypoint 1: target z=9 outside workspace [0,1]",
    ],
    [{ waypoints: [[0, 0, 0], [0]] }, "waypoint 1 not a 3-element point"],
    [{ waypoints: [[0, 0, "0"]] }, "waypoint 0 not a 3-element point"],
    [{ target: [1] }, "target has 1 components"],
    [{ target: [1, 0, 0, 0] }, "target has 4 components"],
  ] as const)("runtime row 14 %j: %s", ([args, answer]) => {
    expect(fenced(args)).toBe(answer);
  });

  test("runtime row 14 where a target and x, y, z are both given, both are checked", () => {
    expect(fenced({ target: [0, 0, 0], x: 5, y: 0, z: 0 })).toMatch(/x=5 outside/);
    expect(fenced({ target: [5, 0, 0], x: 0, y: 0, z: 0 })).toMatch(/x=5 outside/);
    expect(fenced({ target: [0, 0, 0], x: 0, y: 0, z: 0 })).toBe("allow");
  });
});
