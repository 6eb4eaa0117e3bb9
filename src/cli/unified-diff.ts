/**
 * The difference of two texts as `diff -u` writes it.
 * @module
 */
const context = 3;

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** Empty where the texts are equal. Without an old text every line is new. */
export function unifiedDiff(before: string | undefined, after: string, name: string): string {
  if (before === after) return "";
  const lines = changed(before === undefined ? [] : linesOf(before), linesOf(after));
  const hunks: string[] = [];
  for (let at = 0; at < lines.length;) {
    const first = lines.findIndex((line, index) => index >= at && line.mark !== " ");
    if (first < 0) break;
    const from = Math.max(at, first - context);
    let to = first;
    for (let quiet = 0; to < lines.length && quiet <= 2 * context; to++) quiet = lines[to]!.mark === " " ? quiet + 1 : 0;
    while (to > first && lines[to - 1]!.mark === " " && to - lastChange(lines, to) > context) to--;
    hunks.push(hunk(lines, from, to));
    at = to;
  }
  return `--- ${before === undefined ? "/dev/null" : name}\n+++ ${name}\n${hunks.join("")}`;
}

/** One past the last changed line before `to`. */
function lastChange(lines: readonly Line[], to: number): number {
  let at = to;
  while (at > 0 && lines[at - 1]!.mark === " ") at--;
  return at;
}

function hunk(lines: readonly Line[], from: number, to: number): string {
  const count = (part: readonly Line[], other: Line["mark"]): number => part.filter(({ mark }) => mark !== other).length;
  const [before, part] = [lines.slice(0, from), lines.slice(from, to)];
  const range = (other: Line["mark"]): string => {
    const size = count(part, other);
    return `${count(before, other) + (size > 0 ? 1 : 0)},${size}`;
  };
  return `@@ -${range("+")} +${range("-")} @@\n${part.map(({ mark, text }) => `${mark}${text}\n`).join("")}`;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** By the longest common subsequence of what lies between the common head and tail. */
function changed(a: readonly string[], b: readonly string[]): readonly Line[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const [x, y] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const width = y.length + 1;
  const longest = new Uint32Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i--)
    for (let j = y.length - 1; j >= 0; j--)
      longest[i * width + j] =
        x[i] === y[j] ? longest[(i + 1) * width + j + 1]! + 1 : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
  const lines: Line[] = a.slice(0, head).map((text) => ({ mark: " ", text }));
  let [i, j] = [0, 0];
  while (i < x.length || j < y.length)
    if (i < x.length && j < y.length && x[i] === y[j]) {
      lines.push({ mark: " ", text: x[i]! });
      i++;
      j++;
    } else if (j >= y.length || (i < x.length && longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!))
      lines.push({ mark: "-", text: x[i++]! });
    else lines.push({ mark: "+", text: y[j++]! });
  return [...lines, ...a.slice(a.length - tail).map((text): Line => ({ mark: " ", text }))];
}
