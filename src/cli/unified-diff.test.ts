import { describe, expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { unifiedDiff } from "./unified-diff.ts";

describe("unified diff", () => {
  test("equal texts have none", () => {
    expect(unifiedDiff("a\n", "a\n", "f")).toBe("");
  });

  test("three lines around each change, far changes apart", () => {
    const before = Array.from({ length: 30 }, (_, k) => `line ${k + 1}`);
    const after = before.with(4, "five").toSpliced(24, 1);
    expect(unifiedDiff(`${before.join("\n")}\n`, `${after.join("\n")}\n`, "f.yaml")).toBe(
      [
        "--- f.yaml",
        "+++ f.yaml",
        "@@ -2,7 +2,7 @@",
        " line 2",
        " line 3",
        " line 4",
        "-line 5",
        "+five",
        " line 6",
        " line 7",
        " line 8",
        "@@ -22,7 +22,6 @@",
        " line 22",
        " line 23",
        " line 24",
        "-line 25",
        " line 26",
        " line 27",
        " line 28",
        "",
      ].join("\n"),
    );
  });

  test("a new file is all additions", () => {
    expect(unifiedDiff(undefined, "a\nb\n", "f")).toBe("--- /dev/null\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  });

  test("applied to the one text it gives the other", () => {
    const random = new Random(20261121);
    for (let run = 0; run < 200; run++) {
      const before = Array.from({ length: 5 + random.integer(40) }, () => `l${random.integer(8)}`);
      const after = before.flatMap((line) => (random.next() < 0.1 ? [] : random.next() < 0.1 ? [line, `n${random.integer(8)}`] : [line]));
      const [a, b] = [`${before.join("\n")}\n`, `${after.join("\n")}\n`];
      expect(applied(a, unifiedDiff(a, b, "f"))).toBe(b);
    }
  });
});

/** As `patch` does it, every line of context held against the text. */
function applied(text: string, diff: string): string {
  const lines = text.split("\n").slice(0, -1);
  const out: string[] = [];
  let at = 0;
  for (const hunk of diff.split(/^(?=@@ )/m).slice(1)) {
    const [head = "", ...body] = hunk.split("\n").slice(0, -1);
    const [from = 0, size = 0] = /-(\d+),(\d+)/.exec(head)!.slice(1).map(Number);
    while (at < from - (size > 0 ? 1 : 0)) out.push(lines[at++]!);
    for (const line of body) {
      if (line[0] !== "+") expect(lines[at]).toBe(line.slice(1));
      if (line[0] !== "-") out.push(line.slice(1));
      if (line[0] !== "+") at++;
    }
    expect(body.filter((line) => line[0] !== "+")).toHaveLength(size);
  }
  return `${[...out, ...lines.slice(at)].join("\n")}\n`;
}
