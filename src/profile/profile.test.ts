import fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ClearanceError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { loadProfile, modelsFolder, profileNames } from "./files.ts";
import { categoryNames } from "../intent/catalogue/catalogue.ts";
import { profileSchema } from "./profile.ts";
import { gateArgs } from "./gate-kinds.ts";
import { morphologyNames } from "./morphologies.ts";
import { parseProfile } from "./read-profile.ts";
import { scattered } from "./scatter.ts";
import { parseWorld } from "./world-file.ts";

const minimal = "name: test\nrobot: {urdf: arm.urdf}\n";
const world = readFileSync(join(modelsFolder, "worlds/table.yaml"), "utf8");

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (ClearanceError.is(error)) return error.message;
    throw error;
  }
  return "";
}

describe("runtime row 44 profiles", () => {
  test("our own load, and their worlds", () => {
    expect(profileNames()).toEqual(["arm", "franka_arm", "gantry", "humanoid_demo", "spot", "stretch", "tello", "turtlebot"]);
    for (const name of profileNames()) expect(loadProfile(name).sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test("an unknown profile names the ones there are, and the nearest", () => {
    expect(problemOf(() => loadProfile("nope"))).toMatch(
      /there is no profile 'nope'; .*profiles: arm, franka_arm, gantry, humanoid_demo, spot, stretch, tello, turtlebot/,
    );
    expect(problemOf(() => loadProfile("armm"))).toMatch(/did you mean 'arm'\?/);
    expect(problemOf(() => loadProfile("./missing.yaml"))).toMatch(/profile \.\/missing\.yaml: there is no such file/);
    expect(problemOf(() => loadProfile("arm", { model: "robot.step" }))).toMatch(/MJCF \(\.xml\) or URDF \(\.urdf\)/);
  });

  test.for([
    [
      "an unknown key, with the nearest",
      `${minimal}max_velocty: 1\n`,
      /p\.yaml:3:1: unknown key 'max_velocty'; did you mean 'max_velocity'\?/,
    ],
    ["an unknown nested key", `name: t\nrobot:\n  urdff: a\n`, /p\.yaml:3:3: unknown key 'robot\.urdff'; did you mean 'urdf'\?/],
    ["a wrong type", `${minimal}max_velocity: fast\n`, /p\.yaml:3:1: 'max_velocity': expected number/],
    ["a negative cap", `${minimal}max_force_n: -1\n`, /p\.yaml:3:1: 'max_force_n'/],
    ["a missing name", "robot: {}\n", /'name'/],
    ["a tab", "name: t\n\trobot: {}\n", /p\.yaml:2:1: a tab stands where spaces belong/],
    ["broken syntax", "name: [t\n", /p\.yaml:/],
    ["the same key twice", "name: a\nname: b\nrobot: {}\n", /p\.yaml:2:1: this key stands twice/],
    ["an unknown gate", `${minimal}safety_gates:\n  - kind: magic\n    args: {}\n`, /p\.yaml:4/],
    ["not a number", `${minimal}max_velocity: .nan\n`, /p\.yaml:3:15: \.nan is not a finite number/],
    ["nothing", "", /p\.yaml/],
    ["a list", "- 1\n", /p\.yaml/],
  ] as const)("%s is one line with its place", ([, text, pattern]) => {
    expect(problemOf(() => parseProfile(text, "p.yaml"))).toMatch(pattern);
  });

  test("every fault is reported at once", () => {
    const problems = problemOf(() => parseProfile(`${minimal}max_velocty: 1\nmax_force_n: -1\nbackend: magic\n`, "p.yaml")).split("\n");
    expect(problems).toHaveLength(3);
  });

  test("a text that is too large is refused unread", () => {
    expect(problemOf(() => parseProfile("#".repeat(6_000_000), "p.yaml"))).toMatch(/6 MB; the limit is 5 MB/);
  });

  test("no text makes the parser throw anything but its own error", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => minimal + text),
          fc.json(),
        ),
        (text) => {
          problemOf(() => parseProfile(text, "p.yaml"));
        },
      ),
      { seed: 20261121, numRuns: 300 },
    );
  });

  test("0 is a cap: no motion", () => {
    expect(parseProfile(`${minimal}max_velocity: 0\n`, "p.yaml").max_velocity).toBe(0);
  });
});

describe("worlds", () => {
  test("the table has its cubes, its bin and the human zone", () => {
    const table = parseWorld(world, "table.yaml");
    expect(table.objects.map((object) => object.name)).toEqual(["red_cube", "green_cube", "blue_cube"]);
    expect(table.zones.map((zone) => zone.name)).toEqual(["human"]);
    expect(table.places.map((place) => place.name)).toContain("bin");
  });

  test.for([
    ["bounds the wrong way round", world.replace(/maxM: \[[^\]]+\]/, "maxM: [-1, -1, -1]"), /minM must be less than maxM on axis x/],
    ["a name used twice", world.replace("name: green_cube", "name: red_cube"), /the name 'red_cube' is taken/],
    ["a shape that is none", world.replace("kind: sphere", "kind: blob"), /w\.yaml:\d+/],
    ["a radius of 0", world.replace(/radiusM: 0\.\d+/, "radiusM: 0"), /radiusM/],
  ] as const)("%s is refused", ([, text, pattern]) => {
    expect(problemOf(() => parseWorld(text, "w.yaml"))).toMatch(pattern);
  });

  test("every seed scatters the objects within bounds, the same seed alike", () => {
    const table = { ...parseWorld(world, "table.yaml"), scatter: { positionM: 0.02, yawRad: 0.3 } };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const once = scattered(table, new Random(seed));
        expect(scattered(table, new Random(seed))).toEqual(once);
        for (const [index, object] of once.objects.entries()) {
          const from = table.objects[index];
          expect(Math.abs(object.positionM[0] - (from?.positionM[0] ?? 0))).toBeLessThanOrEqual(0.02);
          expect(object.positionM[2]).toBe(from?.positionM[2]);
        }
      }),
      { seed: 20261121, numRuns: 100 },
    );
  });
});

test("docs/profiles.md names every key, every profile, every category, every morphology and every gate with its arguments", () => {
  const page = readFileSync(new URL("../../docs/profiles.md", import.meta.url), "utf8");
  const gates = Object.entries(gateArgs).flatMap(([kind, args]) => [kind, ...Object.keys(args.shape)]);
  const names = [...Object.keys(profileSchema.shape), ...profileNames(), ...categoryNames, ...morphologyNames, ...gates];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test("docs/profiles.md: the example loads", () => {
  const page = readFileSync(new URL("../../docs/profiles.md", import.meta.url), "utf8");
  const example = page.split("```yaml\n")[1]?.split("```")[0] ?? "";
  expect(parseProfile(example, "docs/profiles.md")).toMatchObject({ name: "lab-rover", categories: ["mobile_base", "generic"] });
});
