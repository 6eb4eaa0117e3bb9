import { describe, expect, test } from "vitest";
import { workspaceFromUrdf } from "./workspace-from-urdf.ts";

const shape = (geometry: string, origin = ""): string => `<collision>${origin}<geometry>${geometry}</geometry></collision>`;
const link = (name: string, ...collisions: readonly string[]): string => `<link name="${name}">${collisions.join("")}</link>`;
const joint = (name: string, parent: string, child: string, more = "", type = "revolute"): string =>
  `<joint name="${name}" type="${type}"><parent link="${parent}"/><child link="${child}"/><limit lower="-1" upper="1" velocity="1" effort="1"/>${more}</joint>`;
const robot = (...lines: readonly string[]): string => `<robot name="r">\n${lines.join("\n")}\n</robot>`;

/** geometry-and-backends §9, row 27. */
const example = (firstOrigin = ""): string =>
  robot(
    link("base", shape('<box size="0.4 0.4 0.1"/>', '<origin xyz="0 0 0.05"/>')),
    link("arm", shape('<cylinder radius="0.05" length="0.6"/>', '<origin xyz="0 0 0.5"/>')),
    link("hand", shape('<sphere radius="0.04"/>', '<origin xyz="0 0 0.85"/>')),
    joint("one", "base", "arm", firstOrigin),
    joint("two", "arm", "hand"),
  );

describe("geometry 27 URDF workspace", () => {
  test("the example: counts, bounds, obstacles and the links that move", () => {
    const { workspace, stats } = workspaceFromUrdf(example(), { boundsInflateM: 0 });
    expect(stats).toMatchObject({
      n_links: 3,
      n_joints: 2,
      n_revolute_joints: 2,
      n_prismatic_joints: 0,
      n_collision_shapes: 3,
      parser_warnings: [],
    });
    expect([stats.bounds_min, stats.bounds_max]).toEqual([
      [-0.2, -0.2, 0],
      [0.2, 0.2, expect.closeTo(0.89, 12)],
    ]);
    expect([workspace.boundsMinM, workspace.boundsMaxM]).toEqual([stats.bounds_min, stats.bounds_max]);
    expect(stats).toMatchObject({ movingLinks: ["arm", "hand"], unresolved: [], defaultBox: false });
    expect(stats.jointLimits["one"]).toEqual({ lower: -1, upper: 1, velocity: 1, effort: 1 });
    expect(workspace.obstacles.map(({ kind, label }) => [kind, label])).toEqual([["box", "base"]]);
    expect(workspace.violates([0, 0, 0.05])).toBe("target inside box obstacle 'base'");
    expect(workspace.violates([0, 0, 0.5])).toBeNull();
  });

  test("a first joint turned by 90° about y lays the arm down", () => {
    const { stats } = workspaceFromUrdf(example('<origin rpy="0 1.5707963267948966 0"/>'), { boundsInflateM: 0 });
    expect(stats.bounds_max).toEqual([expect.closeTo(0.89, 12), 0.2, expect.closeTo(0.1, 12)]);
  });

  test("the configuration moves joints, mimics follow, and names are checked", () => {
    const text = robot(
      link("base"),
      link("a", shape('<sphere radius="0.1"/>')),
      link("b", shape('<sphere radius="0.1"/>')),
      joint("lift", "base", "a", '<axis xyz="0 0 1"/>', "prismatic"),
      joint("also", "base", "b", '<axis xyz="0 0 1"/><mimic joint="lift" multiplier="2" offset="1"/>', "prismatic"),
    );
    const top = (configuration: Readonly<Record<string, number>>): number | undefined =>
      workspaceFromUrdf(text, { configuration, boundsInflateM: 0 }).stats.bounds_max[2];
    expect([top({}), top({ lift: 0.5 }), top({ lift: 0.5, also: 0.1 })]).toEqual([1.1, 2.1, 0.6]);
    expect(() => top({ left: 1 })).toThrow(
      'urdf: configuration names "left", which is no movable joint; the movable joints are lift, also',
    );
    expect(() => top({ lift: Number.NaN })).toThrow("configuration.lift must be a finite number, got NaN");
  });

  test("inflations and the floor", () => {
    const { workspace, stats } = workspaceFromUrdf(example(), { boundsInflateM: 0.1, obstacleInflateM: 0.02, floorAtM: -0.5 });
    expect(stats.bounds_min).toEqual([expect.closeTo(-0.32, 12), expect.closeTo(-0.32, 12), expect.closeTo(-0.12, 12)]);
    expect(workspace.violates([0.21, 0, 0.05])).toContain("obstacle 'base'");
    const buried = workspaceFromUrdf(example(), { floorAtM: 2 }).stats;
    expect([buried.bounds_min[2], buried.bounds_max[2]]).toEqual([2, 2]);
    expect(buried.parser_warnings).toEqual(["every shape lies below the floor at 2 m: the workspace has no height"]);
    for (const option of ["boundsInflateM", "obstacleInflateM", "floorAtM"])
      for (const value of [Number.NaN, Infinity]) expect(() => workspaceFromUrdf(example(), { [option]: value })).toThrow(option);
    expect(() => workspaceFromUrdf(example(), { obstacleInflateM: -1 })).toThrow("must be >= 0");
  });

  test("with includeMoving the robot is an obstacle as well", () => {
    const { workspace } = workspaceFromUrdf(example(), { includeMoving: true });
    expect(workspace.obstacles.map(({ kind }) => kind)).toEqual(["box", "box", "sphere"]);
    expect(workspace.violates([0, 0, 0.5])).toBe("target inside box obstacle 'arm'");
  });

  test("turned shapes: boxes keep their orientation, cylinders get the box around them, capsules their axis", () => {
    const turned = '<origin xyz="0 0 1" rpy="0.7853981633974483 0 0"/>';
    const { workspace } = workspaceFromUrdf(
      robot(
        link(
          "w",
          shape('<box size="1 0.2 0.2"/>', turned),
          shape('<cylinder radius="0.1" length="2"/>', turned),
          shape('<capsule radius="0.1" length="2"/>', turned),
        ),
      ),
    );
    const [box, cylinder, capsule] = workspace.obstacles;
    expect(box).toMatchObject({ kind: "oriented-box" });
    const reach = 0.1 * Math.SQRT1_2 + Math.SQRT1_2;
    expect(cylinder).toMatchObject({ kind: "box", maxM: [0.1, expect.closeTo(reach, 12), expect.closeTo(1 + reach, 12)] });
    expect(capsule).toMatchObject({ kind: "capsule" });
    expect(workspace.violates([0, -0.7, 1.7])).not.toBeNull();
  });

  test("a mesh is the box around its vertices; a missing one is a warning with link and file, and unresolved", () => {
    const text = robot(link("w", shape('<mesh filename="package://p/w.obj" scale="2 1 1"/>', '<origin xyz="0 0 1"/>')));
    const bytes = new TextEncoder().encode("v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 2 3\nf 1 2 4");
    const read = workspaceFromUrdf(text, { boundsInflateM: 0, meshes: () => bytes });
    expect(read.workspace.obstacles[0]).toMatchObject({ kind: "box", minM: [0, 0, 1], maxM: [2, 1, 2] });
    const missing = workspaceFromUrdf(text);
    expect(missing.stats).toMatchObject({ unresolved: [{ link: "w", uri: "package://p/w.obj" }], defaultBox: true, n_collision_shapes: 1 });
    expect(missing.stats.parser_warnings[0]).toContain('mesh "package://p/w.obj" of link "w" is not available');
  });

  test("no shapes at all: the default box, with a warning", () => {
    const { stats } = workspaceFromUrdf(robot(link("a"), link("b"), joint("j", "a", "b")));
    expect(stats).toMatchObject({ defaultBox: true, bounds_min: [-0.5, -0.5, 0], bounds_max: [0.5, 0.5, 1], movingLinks: [] });
    expect(stats.parser_warnings).toEqual(["no collision shape could be placed: the bounds are the default box"]);
  });

  test("a revolute joint without limits is a warning with its line", () => {
    const text = robot(link("a"), link("b"), '<joint name="j" type="revolute"><parent link="a"/><child link="b"/></joint>');
    expect(workspaceFromUrdf(text).stats.parser_warnings).toContain('line 4: revolute joint "j" has no <limit>');
  });

  test.for([
    ["bad XML", "<robot>", "w.urdf:1:"],
    ["another root", "<sdf/>", "w.urdf:1:1: <sdf> is not a robot description"],
    ["a disconnected tree", robot(link("a"), link("b")), 'w.urdf:3:1: <link> "b" is not connected to "a"'],
    ["a cycle", robot(link("a"), link("b"), joint("j", "a", "b"), joint("k", "b", "a")), "w.urdf:2:1: <link> is in a cycle"],
    ["duplicate names", robot(link("a"), link("a")), 'w.urdf:3:1: <link> "a" is already a link in line 2'],
  ] as const)("%s is an error with its line", ([, text, message]) => {
    expect(() => workspaceFromUrdf(text, { where: "w.urdf" })).toThrow(
      expect.objectContaining({ code: "format.invalid", message: expect.stringContaining(message) }),
    );
  });
});
