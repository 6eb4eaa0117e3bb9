import { describe, expect, test } from "vitest";
import { robotFromUrdf, type UrdfOptions } from "./urdf.ts";

const ball = (name: string, at = "0 0 0", radius = 0.1): string =>
  `<link name="${name}"><collision><origin xyz="${at}"/><geometry><sphere radius="${radius}"/></geometry></collision></link>`;
const joint = (name: string, parent: string, child: string, x: number, type = "revolute"): string =>
  `<joint name="${name}" type="${type}"><parent link="${parent}"/><child link="${child}"/><origin xyz="${x} 0 0"/><axis xyz="0 0 1"/><limit lower="-3" upper="3" velocity="1" effort="1"/></joint>`;
const robot = (...lines: readonly string[]): string => `<robot name="r">${lines.join("")}</robot>`;

/** Balls of radius 0.1 every 0.5 m along x; `plate` is fixed to the second link. */
const arm = robot(
  ...["base", "one", "two", "three"].map((name) => ball(name)),
  ball("plate", "0 0.3 0"),
  joint("a", "base", "one", 0.5),
  joint("b", "one", "two", 0.5),
  joint("c", "two", "three", 0.5),
  joint("mount", "one", "plate", 0, "fixed"),
);

function pairsOf(text: string, options: UrdfOptions = {}): { checked: readonly string[]; allowed: object; warnings: readonly string[] } {
  const { collision, model } = robotFromUrdf(text, { tipLink: "three", ...options });
  const name = (capsule: number): string => model.linkNames[collision.linkOfCapsule[capsule]!]!;
  const checked = Array.from(
    { length: collision.selfPairs.length / 2 },
    (_, p) => `${name(collision.selfPairs[2 * p]!)}|${name(collision.selfPairs[2 * p + 1]!)}`,
  );
  return { checked, allowed: Object.fromEntries(collision.allowedBecause), warnings: model.warnings };
}

describe("kernel 37 allowed pairs", () => {
  test("links rigid to each other are one body, and bodies with one joint between them are adjacent", () => {
    const { checked, allowed, warnings } = pairsOf(arm);
    expect(allowed).toEqual({
      "base|one": "adjacent",
      "base|plate": "adjacent",
      "one|two": "adjacent",
      "one|plate": "same-link",
      "two|three": "adjacent",
      "two|plate": "adjacent",
    });
    // Nearest first at home: 1, 1, √(1² + 0.3²) and 1.5 m between centres.
    expect(checked).toEqual(["base|two", "one|three", "plate|three", "base|three"]);
    expect(warnings).toEqual([]);
  });

  test("links without a body are looked through", () => {
    const { allowed, checked } = pairsOf(
      robot(
        ball("base"),
        '<link name="one"/>',
        ball("two"),
        ball("three"),
        joint("a", "base", "one", 0),
        joint("b", "one", "two", 0.5),
        joint("c", "two", "three", 0.5),
      ),
    );
    expect(allowed).toEqual({ "base|two": "adjacent", "two|three": "adjacent" });
    expect(checked).toEqual(["base|three"]);
  });

  test("the SRDF's pairs carry its reason; a name that is no link is a warning", () => {
    const srdf =
      '<robot><disable_collisions link1="three" link2="base" reason="Never"/><disable_collisions link1="base" link2="two" reason="User"/><disable_collisions link1="gone" link2="two"/></robot>';
    const { allowed, checked, warnings } = pairsOf(arm, { srdf });
    expect(allowed).toMatchObject({ "base|three": "never", "base|two": "srdf", "base|one": "adjacent" });
    expect(checked).toEqual(["one|three", "plate|three"]);
    expect(warnings).toEqual(['contact of gone and two is declared free, but "gone" is no link']);
  });

  test("links that touch at home are let touch, with a warning that says how deep", () => {
    const { allowed, checked, warnings } = pairsOf(arm.replace(ball("three"), ball("three", "0 0 0", 0.95)));
    expect(allowed).toMatchObject({ "one|three": "default", "plate|three": "default" });
    expect(checked).toEqual(["base|three", "base|two"]);
    expect(warnings[0]).toBe("contact of one and three is not checked: their capsules overlap by 0.05 m at home");
  });

  test("another home gives another answer: the pair is only let touch where it must", () => {
    // Folded back by 2.9 rad at b, three comes near base.
    const folded = pairsOf(arm, { home: { b: 2.9 } });
    expect(folded.allowed).toMatchObject({ "one|three": "default" });
    expect(pairsOf(arm).allowed).not.toHaveProperty("one|three");
  });

  test("a robot without any body says so", () => {
    const text = robot('<link name="base"/>', '<link name="three"/>', joint("a", "base", "three", 1));
    expect(pairsOf(text)).toEqual({
      checked: [],
      allowed: {},
      warnings: ["no link has collision geometry: nothing of this robot is checked"],
    });
  });
});
