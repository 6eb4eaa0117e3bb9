import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sharedModelPath, sharedModelsPresent } from "../../test/shared-models.ts";
import { parseSrdf } from "./srdf.ts";

const robot = (inside: string): string => `<robot name="r">\n${inside}\n</robot>`;

test("groups, states, end effectors and disabled pairs are read", () => {
  const srdf = parseSrdf(
    robot(`<group name="arm"><chain base_link="a" tip_link="b"/></group>
      <group name="all"><group name="arm"/><joint name="j"/><link name="l"/></group>
      <group_state name="home" group="arm"><joint name="j" value="-0.5"/></group_state>
      <end_effector name="ee" group="hand" parent_link="b" parent_group="arm"/>
      <disable_collisions link1="a" link2="b" reason="Never"/><disable_collisions link1="a" link2="c"/>
      <virtual_joint name="v" type="fixed" parent_frame="world" child_link="a"/>`),
  );
  expect(srdf).toEqual({
    name: "r",
    groups: [
      { name: "arm", chain: { baseLink: "a", tipLink: "b" }, joints: [], links: [], groups: [] },
      { name: "all", joints: ["j"], links: ["l"], groups: ["arm"] },
    ],
    groupStates: [{ name: "home", group: "arm", joints: { j: -0.5 } }],
    endEffectors: [{ name: "ee", group: "hand", parentLink: "b", parentGroup: "arm" }],
    disabledPairs: [
      { link1: "a", link2: "b", reason: "Never" },
      { link1: "a", link2: "c", reason: "" },
    ],
    warnings: [],
  });
});

test("a joint with several values is left out with a warning", () => {
  const srdf = parseSrdf(
    robot('<group_state name="s" group="g"><joint name="ball" value="0 0 0 1"/><joint name="j" value="1"/></group_state>'),
  );
  expect(srdf.groupStates[0]?.joints).toEqual({ j: 1 });
  expect(srdf.warnings).toEqual(['line 2: joint "ball" of state "s" has several values; it is left out']);
});

test.for([
  ["another root", "<sdf/>", "s.srdf:1:1: <sdf> is not a robot description"],
  ["a doubled group", robot('<group name="a"/>\n<group name="a"/>'), 's.srdf:3:1: <group> "a" is already a group'],
  ["a pair of one link", robot('<disable_collisions link1="a" link2="a"/>'), 's.srdf:2:1: <disable_collisions> names "a" twice'],
  ["a missing link", robot('<disable_collisions link1="a"/>'), "<disable_collisions> has no link2"],
  [
    "a value that is no number",
    robot('<group_state name="s" group="g"><joint name="j" value="nan"/></group_state>'),
    's.srdf:2:33: <joint> value must be finite numbers, got "nan"',
  ],
  [
    "a joint set twice",
    robot('<group_state name="s" group="g"><joint name="j" value="0"/><joint name="j" value="1"/></group_state>'),
    '"j" is set twice in state "s"',
  ],
] as const)("%s is refused", ([, text, message]) => {
  expect(() => parseSrdf(text, "s.srdf")).toThrow(
    expect.objectContaining({ code: "format.invalid", message: expect.stringContaining(message) }),
  );
});

describe.skipIf(!sharedModelsPresent)("real descriptions", () => {
  test.for([
    ["moveit/panda.srdf", 3, 34],
    ["moveit/fanuc.srdf", 1, 10],
    ["openral-robots/ur5e/ur5e.srdf", 2, 10],
    ["openral-robots/rizon4/rizon4.srdf", 1, 20],
  ] as const)("%s", ([path, groups, pairs]) => {
    const srdf = parseSrdf(readFileSync(sharedModelPath(path), "utf8"), path);
    expect([srdf.groups.length, srdf.disabledPairs.length, srdf.warnings]).toEqual([groups, pairs, []]);
  });
});
