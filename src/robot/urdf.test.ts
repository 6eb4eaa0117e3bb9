import { describe, expect, test } from "vitest";
import { ClearanceError } from "../core/errors.ts";
import { tipPose } from "./kinematics.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE } from "./robot-model.ts";
import { robotFromUrdf, type UrdfOptions } from "./urdf.ts";

const limit = '<limit lower="-1" upper="2" velocity="3" effort="4"/>';
const joint = (name: string, parent: string, child: string, more = limit, type = "revolute"): string =>
  `<joint name="${name}" type="${type}"><parent link="${parent}"/><child link="${child}"/>${more}</joint>`;
const robot = (...lines: readonly string[]): string => `<robot name="r">\n${lines.join("\n")}\n</robot>`;
const links = (...names: readonly string[]): string => names.map((name) => `<link name="${name}"/>`).join("");
const load = (text: string, options: UrdfOptions = {}): ReturnType<typeof robotFromUrdf> =>
  robotFromUrdf(text, { where: "r.urdf", ...options });

describe("an arm", () => {
  test("joints, frames and limits are where the file puts them", () => {
    const { model, stats } = load(
      robot(
        links("base", "upper", "lower", "tool"),
        joint("lift", "base", "upper", `<origin xyz="0 0 1" rpy="0 0 1.5707963267948966"/><axis xyz="0 0 2"/>${limit}`, "prismatic"),
        joint("turn", "upper", "lower", `<origin xyz="1 0 0"/><axis xyz="0 1 0"/>${limit}`),
        joint("mount", "lower", "tool", '<origin xyz="0.5 0 0"/><axis xyz="0 0 0"/>', "fixed"),
      ),
    );
    expect(model).toMatchObject({
      name: "r",
      nJoints: 2,
      nLinks: 4,
      jointNames: ["lift", "turn"],
      linkNames: ["base", "upper", "lower", "tool"],
      tipLink: 3,
    });
    expect([...model.parentOfLink]).toEqual([-1, 0, 1, 2]);
    expect([...model.jointKindOfLink]).toEqual([JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, JOINT_FIXED]);
    expect([...model.qIndexOfLink]).toEqual([-1, 0, 1, -1]);
    expect([...model.axisInLink.subarray(3, 9)]).toEqual([0, 0, 1, 0, 1, 0]);
    expect([...model.lowerRad, ...model.upperRad, ...model.maxVelocityRadPerS, ...model.maxEffortNm]).toEqual([-1, -1, 2, 2, 3, 3, 4, 4]);
    expect([...model.maxAccelerationRadPerS2, ...model.maxJerkRadPerS3, ...model.homeRad]).toEqual([15, 15, Infinity, Infinity, 0, 0]);
    expect(stats).toMatchObject({ n_joints: 3, n_revolute_joints: 1, n_prismatic_joints: 1, n_links: 4, n_collision_shapes: 0 });
    // Lifted by 0.25, turned by 90° about y: the tool's 0.5 along x points down.
    const { position } = tipPose(model, [0.25, Math.PI / 2]);
    for (const [axis, value] of [0, 1, 0.75].entries()) expect(position[axis]).toBeCloseTo(value, 12);
  });

  test("rpy turns about the fixed axes x, y, z", () => {
    const { model } = load(robot(links("a", "b", "c"), joint("j", "a", "b"), joint("k", "b", "c", '<origin rpy="0.4 0.5 0.6"/>', "fixed")));
    const m = model.parentFromLink.subarray(24, 36);
    const expected = [
      0.724300143, -0.365982393, 0.584333971, 0, 0.495520388, 0.865601553, -0.072065911, 0, -0.479425539, 0.341746746, 0.808307067, 0,
    ];
    for (const [index, value] of expected.entries()) expect(m[index]).toBeCloseTo(value, 8);
  });

  test("a continuous joint has no limits but needs a speed", () => {
    const spin = (more: string): string => robot(links("a", "b"), joint("j", "a", "b", more, "continuous"));
    const { model } = load(spin('<limit velocity="3" effort="4" lower="-1" upper="1"/>'));
    expect([model.lowerRad[0], model.upperRad[0]]).toEqual([-Infinity, Infinity]);
    expect(() => load(spin(""))).toThrow('joint "j" is commanded but has no valid limits');
    expect(load(spin(""), { limits: { j: { maxVelocityRadPerS: 2 } } }).model.maxVelocityRadPerS[0]).toBe(2);
  });

  test("the options say what the file does not", () => {
    const { model } = load(robot(links("a", "b"), joint("j", "a", "b")), {
      limits: { j: { maxAccelerationRadPerS2: 7, maxJerkRadPerS3: 70, upperRad: 0.5 } },
      home: { j: 0.25 },
      tipLinkFromTip: { position: [0, 0, 0.1], orientation: [1, 0, 0, 0] },
      worldFromRoot: { position: [1, 2, 3], orientation: [1, 0, 0, 0] },
    });
    expect([model.maxAccelerationRadPerS2[0], model.maxJerkRadPerS3[0], model.upperRad[0], model.homeRad[0]]).toEqual([7, 70, 0.5, 0.25]);
    expect(tipPose(model, [0]).position).toEqual([1, 2, 3.1]);
  });

  test("home is 0, or mid-range where 0 is out of limits, or the SRDF's, or the caller's", () => {
    const text = robot(
      links("a", "b", "c"),
      joint("j", "a", "b", '<limit lower="1" upper="2" velocity="1" effort="1"/>'),
      joint("k", "b", "c"),
    );
    const srdf =
      '<robot name="r"><group name="g"><chain base_link="a" tip_link="c"/></group><group_state name="up" group="g"><joint name="j" value="1.25"/><joint name="gone" value="0"/></group_state></robot>';
    expect([...load(text).model.homeRad]).toEqual([1.5, 0]);
    const told = load(text, { srdf });
    expect([...told.model.homeRad]).toEqual([1.25, 0]);
    expect(told.model.warnings).toContain('SRDF state "up" sets "gone", which is no movable joint');
    expect([...load(text, { srdf, home: { j: 2 } }).model.homeRad]).toEqual([2, 0]);
    expect(() => load(text, { home: { j: 0 } })).toThrow('home of joint "j" is 0, outside [1, 2]');
    expect(() => load(text, { srdf, homeState: "down" })).toThrow('has no SRDF state "down"; its states are up');
  });

  test("safety_controller and missing effort are warnings with their line", () => {
    const { model } = load(
      robot(links("a", "b"), joint("j", "a", "b", '<safety_controller k_velocity="1"/><limit lower="0" upper="1" velocity="1"/>')),
    );
    expect(model.maxEffortNm[0]).toBe(Infinity);
    expect(model.warnings).toEqual([
      'line 3: safety_controller of joint "j" is not read; its limits are those of <limit>',
      'line 3: joint "j" gives no effort; it is taken as unlimited',
      "no link has collision geometry: nothing of this robot is checked",
    ]);
  });
});

describe("the chain", () => {
  const forked = robot(
    links("base", "arm", "hand", "left", "right", "head"),
    joint("shoulder", "base", "arm"),
    joint("wrist", "arm", "hand"),
    joint("finger", "hand", "left", '<axis xyz="0 1 0"/><limit lower="0.01" upper="0.03" velocity="1" effort="1"/>', "prismatic"),
    joint(
      "finger2",
      "hand",
      "right",
      '<axis xyz="0 -1 0"/><limit lower="0" upper="0.04" velocity="1" effort="1"/><mimic joint="finger"/>',
      "prismatic",
    ),
    joint("neck", "base", "head"),
  );

  test("several leaves need a choice, and are named", () => {
    expect(() => load(forked)).toThrow("r.urdf:1:1: <robot> has several leaves: head, left, right; choose one as tipLink, or give an SRDF");
  });

  test("joints off the chain are frozen at 0 or mid-range, their links stay", () => {
    const { model } = load(forked, { tipLink: "hand" });
    expect([model.jointNames, model.nLinks]).toEqual([["shoulder", "wrist"], 6]);
    expect([...model.jointKindOfLink]).toEqual([0, 1, 0, 1, 0, 0]);
    const y = (link: string): number | undefined => model.parentFromLink[model.linkNames.indexOf(link) * 12 + 7];
    expect([y("left"), y("right")]).toEqual([0.02, -0.02]);
  });

  test("a frozen value is the caller's; what mimics it follows", () => {
    const { model } = load(forked, { tipLink: "hand", frozen: { finger: 0.03, neck: 1 } });
    const y = (link: string): number | undefined => model.parentFromLink[model.linkNames.indexOf(link) * 12 + 7];
    expect([y("left"), y("right")]).toEqual([0.03, -0.03]);
    expect(() => load(forked, { tipLink: "hand", frozen: { finger: 0.05 } })).toThrow(
      'joint "finger" cannot be frozen at 0.05; choose a value in [0.01, 0.03]',
    );
    expect(() => load(forked, { tipLink: "hand", frozen: { finger: Number.NaN } })).toThrow("cannot be frozen at nan");
  });

  test("a mimic of a commanded joint moves with it, and narrows its limits", () => {
    const text = robot(
      links("a", "b", "c", "d"),
      joint("j", "a", "b"),
      joint("k", "b", "c", '<mimic joint="j" multiplier="-2" offset="0.5"/><limit lower="-1" upper="1.5" velocity="4" effort="1"/>'),
      joint("side", "a", "d", `<mimic joint="j"/>${limit}`),
    );
    const { model } = load(text, { tipLink: "c" });
    expect([model.jointNames, [...model.qIndexOfLink]]).toEqual([["j"], [-1, 0, 0, 0]]);
    expect([[...model.mimicScale], [...model.mimicOffset]]).toEqual([
      [1, 1, 1, -2],
      [0, 0, 0, 0.5],
    ]);
    // -1 <= -2 q + 0.5 <= 1.5 and 2 |q̇| <= 4.
    expect([model.lowerRad[0], model.upperRad[0], model.maxVelocityRadPerS[0]]).toEqual([-0.5, 0.75, 2]);
  });

  test("a mimic of a mimic follows the master through both", () => {
    const text = robot(
      links("a", "b", "c", "d"),
      joint("j", "a", "b"),
      joint("k", "b", "c", '<mimic joint="j" multiplier="2" offset="0.1"/><limit lower="-9" upper="9" velocity="9" effort="1"/>'),
      joint("l", "c", "d", '<mimic joint="k" multiplier="-3" offset="0.2"/><limit lower="-9" upper="9" velocity="9" effort="1"/>'),
    );
    const { model } = load(text);
    // l = -3 (2 j + 0.1) + 0.2.
    expect([model.jointNames, model.mimicScale[3], model.mimicOffset[3]]).toEqual([["j"], -6, expect.closeTo(-0.1, 12)]);
  });

  test("a base link below the root freezes what is above it", () => {
    const { model } = load(forked, { baseLink: "arm", tipLink: "hand" });
    expect(model.jointNames).toEqual(["wrist"]);
    expect(() => load(forked, { baseLink: "head", tipLink: "hand" })).toThrow('the tip "hand" does not hang from the base link "head"');
    expect(() => load(forked, { baseLink: "hand", tipLink: "hand" })).toThrow("there is no movable joint between");
  });

  test("the SRDF's chain is the arm; several need a choice", () => {
    const group = (name: string, tip: string): string => `<group name="${name}"><chain base_link="base" tip_link="${tip}"/></group>`;
    expect(load(forked, { srdf: `<robot>${group("a", "hand")}</robot>` }).model.jointNames).toEqual(["shoulder", "wrist"]);
    const both = `<robot>${group("a", "hand")}${group("n", "head")}</robot>`;
    expect(() => load(forked, { srdf: both })).toThrow("has several SRDF chains: a, n; choose one with the option group, or a tipLink");
    expect(load(forked, { srdf: both, group: "n" }).model.jointNames).toEqual(["neck"]);
    expect(() => load(forked, { srdf: both, group: "x" })).toThrow('has no SRDF group "x" with a chain; its chains are a, n');
  });

  test("a name that fits nothing is an error that lists what there is", () => {
    expect(() => load(forked, { tipLink: "hnad" })).toThrow('<robot> has no link "hnad"; its links are base, arm, head, hand, left, right');
    for (const option of ["limits", "frozen", "home"])
      expect(() => load(forked, { tipLink: "hand", [option]: { elbow: 1 } })).toThrow(
        `${option} names the joint "elbow", which does not exist; the joints are shoulder, neck, wrist, finger, finger2`,
      );
    expect(() => load(forked, { tipLink: "hand", home: JSON.parse('{"__proto__": 1}') })).toThrow('home names the joint "__proto__"');
  });
});

describe("meshes", () => {
  const body = (geometry: string): string => `<link name="b"><collision><geometry>${geometry}</geometry></collision></link>`;
  const withMesh = robot(links("a"), body('<mesh filename="package://p/b.obj" scale="0.5 1 -1"/>'), joint("j", "a", "b"));
  const tetrahedron = new TextEncoder().encode("v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4");

  test("a mesh is asked for once by the name in the file, scaled, and becomes capsules", () => {
    const asked: string[] = [];
    const { collision, unresolvedMeshes, fits, stats } = load(withMesh, { meshes: (uri) => (asked.push(uri), tetrahedron) });
    expect(asked).toEqual(["package://p/b.obj"]);
    expect([unresolvedMeshes, stats.n_collision_shapes, collision.nCapsules > 0]).toEqual([[], 1, true]);
    expect(fits[0]?.shapeVolumeM3).toBeCloseTo(0.5 / 6, 12);
  });

  test("a missing mesh is listed and warned about with link and file", () => {
    for (const meshes of [undefined, (): undefined => undefined]) {
      const { model, unresolvedMeshes } = load(withMesh, meshes === undefined ? {} : { meshes });
      expect(unresolvedMeshes).toEqual([{ link: "b", uri: "package://p/b.obj" }]);
      expect(model.warnings[0]).toBe('line 3: mesh "package://p/b.obj" of link "b" is not available: this part of the link has no body');
    }
  });

  test("a mesh that cannot be read is an error, not a hole", () => {
    expect(() => load(withMesh, { meshes: () => new Uint8Array(3) })).toThrow("package://p/b.obj: has no faces");
  });
});

describe("refused with file, line and column", () => {
  const good = joint("j", "a", "b");
  test.for<readonly [string, string, string]>([
    ["another root", "<sdf/>", "r.urdf:1:1: <sdf> is not a robot description; the root element of a URDF is <robot>"],
    ["xacro", robot('<xacro:include filename="x"/>'), "r.urdf:2:1: <xacro:include> is a xacro macro; run xacro first"],
    ["no links", robot(), "r.urdf:1:1: <robot> has no links"],
    ["a link without a name", robot("<link/>"), "r.urdf:2:1: <link> has no name"],
    ["two links of one name", robot(links("a"), links("b"), links("a"), good), 'r.urdf:4:1: <link> "a" is already a link in line 2'],
    [
      "two joints of one name",
      robot(links("a", "b", "c"), good, joint("j", "b", "c")),
      'r.urdf:4:1: <joint> "j" is already a joint in line 3',
    ],
    ["an unknown parent", robot(links("a", "b"), joint("j", "x", "b")), 'r.urdf:3:1: <joint> "j" names the link "x", which does not exist'],
    ["an unknown child", robot(links("a", "b"), joint("j", "a", "x")), 'names the link "x", which does not exist'],
    ["a joint to itself", robot(links("a", "b"), good, joint("k", "a", "a")), 'r.urdf:4:1: <joint> "k" joins "a" to itself, a cycle'],
    [
      "two parents",
      robot(links("a", "b", "c"), good, joint("k", "a", "c"), joint("l", "c", "b")),
      'r.urdf:5:1: <joint> "l" gives "b" a second parent; joint "j" in line 3',
    ],
    ["a cycle", robot(links("a", "b"), good, joint("k", "b", "a")), "r.urdf:2:1: <link> is in a cycle"],
    [
      "a cycle beside the tree",
      robot(links("r"), links("a", "b"), good, joint("k", "b", "a")),
      'r.urdf:3:1: <link> "a" is in a cycle apart from the root "r"',
    ],
    [
      "several roots",
      robot(links("a", "b"), links("lost"), good),
      'r.urdf:3:1: <link> "lost" is not connected to "a": both are roots; join them',
    ],
    [
      "a floating joint",
      robot(links("a", "b"), joint("j", "a", "b", "", "floating")),
      'r.urdf:3:1: <joint> "j" has type "floating"; use revolute',
    ],
    ["a planar joint", robot(links("a", "b"), joint("j", "a", "b", "", "planar")), '<joint> "j" has type "planar"'],
    [
      "a revolute joint without limits",
      robot(links("a", "b"), joint("j", "a", "b", "")),
      'r.urdf:3:1: <joint> joint "j" is commanded but has no valid limits; give lower, upper and velocity',
    ],
    [
      "reversed limits",
      robot(links("a", "b"), joint("j", "a", "b", '<limit lower="1" upper="-1" velocity="1"/>')),
      '<limit> of joint "j" has lower 1 above upper -1',
    ],
    ["no speed", robot(links("a", "b"), joint("j", "a", "b", '<limit lower="0" upper="1"/>')), "<limit> has no velocity"],
    [
      "speed 0",
      robot(links("a", "b"), joint("j", "a", "b", '<limit lower="0" upper="1" velocity="0"/>')),
      '<limit> of joint "j" has velocity 0',
    ],
    [
      "negative effort",
      robot(links("a", "b"), joint("j", "a", "b", '<limit lower="0" upper="1" velocity="1" effort="-1"/>')),
      "has effort -1",
    ],
    ["no axis direction", robot(links("a", "b"), joint("j", "a", "b", `<axis xyz="0 0 0"/>${limit}`)), "<axis> has no direction"],
    [
      "NaN in an origin",
      robot(links("a", "b"), joint("j", "a", "b", `<origin xyz="0 nan 0"/>${limit}`)),
      'r.urdf:3:68: <origin> xyz must be finite numbers, got "nan"',
    ],
    ["infinity", robot(links("a", "b"), joint("j", "a", "b", `<origin rpy="0 inf 0"/>${limit}`)), 'rpy must be finite numbers, got "inf"'],
    ["an overflow", robot(links("a", "b"), joint("j", "a", "b", `<origin xyz="0 1e999 0"/>${limit}`)), 'got "1e999"'],
    [
      "a length no robot has",
      robot(links("a", "b"), joint("j", "a", "b", `<origin xyz="0 1e308 0"/>${limit}`)),
      "xyz must lie within ±1000000",
    ],
    ["hexadecimal", robot(links("a", "b"), joint("j", "a", "b", `<origin xyz="0 0x10 0"/>${limit}`)), 'got "0x10"'],
    ["two numbers", robot(links("a", "b"), joint("j", "a", "b", `<origin xyz="0 1"/>${limit}`)), 'xyz must be three numbers, got "0 1"'],
    ["an empty origin", robot(links("a", "b"), joint("j", "a", "b", `<origin xyz=""/>${limit}`)), "<origin> has no xyz"],
    [
      "two origins",
      robot(links("a", "b"), joint("j", "a", "b", `<origin/><origin/>${limit}`)),
      "<origin> appears twice in <joint> of line 3",
    ],
    ["no parent", robot(links("a", "b"), '<joint name="j" type="fixed"><child link="b"/></joint>'), '<joint> "j" has no <parent>'],
    [
      "a mimic of nothing",
      robot(links("a", "b"), joint("j", "a", "b", `<mimic joint="x"/>${limit}`)),
      '<joint> "j" mimics "x", which is no movable joint',
    ],
    [
      "a mimic of itself",
      robot(links("a", "b"), joint("j", "a", "b", `<mimic joint="j"/>${limit}`)),
      '"j" mimics itself through "j", a cycle',
    ],
    [
      "an unknown shape",
      robot('<link name="a"><collision><geometry><cone/></geometry></collision></link>'),
      "<cone> is no shape known here",
    ],
    ["no geometry", robot('<link name="a"><collision/></link>'), "<collision> has no <geometry>"],
    ["an empty geometry", robot('<link name="a"><collision><geometry/></collision></link>'), "<geometry> is empty"],
    [
      "two shapes in one",
      robot('<link name="a"><collision><geometry><sphere radius="1"/><sphere radius="1"/></geometry></collision></link>'),
      "is a second shape in one <geometry>",
    ],
    [
      "a negative radius",
      robot('<link name="a"><collision><geometry><sphere radius="-1"/></geometry></collision></link>'),
      "<sphere> radius must be > 0 and at most 1000000, got -1",
    ],
    [
      "a flat box",
      robot('<link name="a"><collision><geometry><box size="1 0 1"/></geometry></collision></link>'),
      "<box> size must be > 0",
    ],
    [
      "a mesh scaled to nothing",
      robot('<link name="a"><collision><geometry><mesh filename="a.stl" scale="1 0 1"/></geometry></collision></link>'),
      "<mesh> has a scale of 0",
    ],
  ])("%s", ([, text, message]) => {
    let caught: unknown;
    try {
      load(text);
    } catch (error) {
      caught = error;
    }
    expect(ClearanceError.is(caught, "format.invalid")).toBe(true);
    expect(String(caught)).toContain(message);
    expect(String(caught)).not.toContain("\n");
  });

  test("tabs and CRLF change nothing but the spaces", () => {
    const text = robot(links("a", "b"), joint("j", "a", "b", `<origin xyz="\t1\t2  3 "/>${limit}`)).replaceAll("\n", "\r\n");
    expect(tipPose(load(text).model, [0]).position).toEqual([1, 2, 3]);
  });
});
