import { describe, expect, test } from "vitest";
import { parseXml } from "../robot/xml.ts";
import { parseManifest } from "../robot/manifest/parse-manifest.ts";
import { robotFromManifest } from "../robot/manifest/robot-from-manifest.ts";
import { armManifest } from "../robot/manifest/testing/arm-manifest.ts";
import { robotPicture } from "./robot-picture.ts";

describe("clearance robot show --out", () => {
  const { collision } = robotFromManifest(parseManifest(armManifest()));
  const picture = robotPicture(collision, [0, Math.PI / 2], "arm <& home");
  const root = parseXml(picture, { where: "svg" });
  const groups = root.children.filter(({ name }) => name === "g");
  const of = (view: number, link: string) =>
    groups[view]!.children.find(
      (line) => line.name === "line" && line.children.some((title) => picture.includes(`<title>${link}</title>`) && title.name === "title"),
    );

  test("is XML with two views of every capsule and a legend of every link", () => {
    expect(root.name).toBe("svg");
    expect(groups.map((group) => group.children.filter(({ name }) => name === "line").length)).toEqual([3, 3]);
    expect(root.children.filter(({ name }) => name === "rect")).toHaveLength(1 + 3);
    expect(picture).toContain("arm &lt;&amp; home");
    expect(of(0, "lower")).toBeDefined();
  });

  test("a bent elbow is long from the side and a dot from the front", () => {
    const lengths = groups.map((group) => {
      const ends = group.children
        .filter(({ name }) => name === "line")
        .map(({ attributes }) => Math.abs(Number(attributes.get("x1")) - Number(attributes.get("x2"))));
      return Math.max(...ends);
    });
    expect(lengths[0]).toBeGreaterThan(50);
    expect(lengths[1]).toBe(0);
  });

  test("width is twice the radius at the scale of the picture", () => {
    const lines = groups[0]!.children.filter(({ name }) => name === "line");
    const widths = lines.map(({ attributes }) => Number(attributes.get("stroke-width"))).sort((a, b) => a - b);
    expect(widths[2]! / widths[0]!).toBeCloseTo(0.1 / 0.04, 2);
  });
});
