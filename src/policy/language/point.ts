/**
 * Points in the world frame: "(0.4, 0, 0.3)", "(40, 0, 30) cm", "x=0.4 y=0", "0.4 0 0.3". A fourth number is the yaw in degrees.
 * @module
 */
import type { Cursor } from "./cursor.ts";
import { unitOf } from "./unit.ts";

/** Metres and radians. An axis that the sentence left out is absent. */
export interface SpokenPoint {
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
  readonly yaw?: number;
}

type Axis = keyof SpokenPoint;
interface Component {
  readonly value: number;
  readonly unit: ReturnType<typeof unitOf>;
}

const order: readonly Axis[] = ["x", "y", "z", "yaw"];
const axisNames = new Map<string, Axis>([
  ["x", "x"],
  ["y", "y"],
  ["z", "z"],
  ["yaw", "yaw"],
  ["theta", "yaw"],
]);

/** `fewest` is 2 where the height may be left out, as when something is put down. */
export function point(c: Cursor, fewest: 2 | 3): SpokenPoint | undefined {
  return c.attempt(() => vector(c, fewest)) ?? assignments(c) ?? c.attempt(() => bare(c, fewest));
}

/** "x=0.4, y=0 and z=0.3": any of the axes, each once. */
export function assignments(c: Cursor): SpokenPoint | undefined {
  return c.attempt(() => {
    const found = new Map<Axis, Component>();
    for (;;) {
      const from = c.at;
      if (found.size > 0 && c.mark(",") === undefined) c.take("and");
      const axis = axisNames.get(c.text() ?? "");
      if (axis === undefined) {
        c.at = from;
        break;
      }
      c.at++;
      c.mark("=", ":");
      const value = component(c);
      if (value === undefined) return undefined;
      if (found.has(axis)) return c.report({ at: from, question: `${axis} is given twice.` });
      found.set(axis, value);
    }
    return found.size === 0 ? undefined : fromComponents(c, found);
  });
}

function vector(c: Cursor, fewest: 2 | 3): SpokenPoint | undefined {
  const opened = c.mark("(", "[");
  if (opened === undefined) return undefined;
  const closing = opened.text === "(" ? ")" : "]";
  const labelled = assignments(c);
  if (labelled !== undefined) return c.mark(closing) === undefined ? undefined : labelled;
  const from = c.at;
  const found: Component[] = [];
  let glued = 0;
  let spaced = 0;
  while (c.mark(closing) === undefined) {
    const comma = found.length > 0 ? c.mark(",") : undefined;
    if (comma !== undefined && c.peek()?.start === comma.end) glued++;
    else if (comma !== undefined) spaced++;
    const value = component(c);
    if (value === undefined) return c.report({ at: c.at, question: "A point is written (x, y, z), in metres." });
    found.push(value);
  }
  // "(0,4, 0,3)" is two numbers to one reader and four to another.
  const twoReadings = found.length > 3 && glued > 0 && spaced > 0;
  if (twoReadings) return c.report({ at: from, question: "Write decimals with a point, as in (0.4, 0.3)." });
  if (found.length < fewest || found.length > order.length)
    return c.report({
      at: from,
      question: `A point has ${fewest === 2 ? "two or three" : "three"} coordinates; this has ${found.length}.`,
    });
  const unit = unitOf(c.text());
  if (unit === undefined) return fromList(c, found);
  c.at++;
  return fromList(c, found, unit);
}

function bare(c: Cursor, fewest: 2 | 3): SpokenPoint | undefined {
  const from = c.at;
  const found: Component[] = [];
  while (found.length < 3) {
    const before = c.at;
    if (found.length > 0 && c.mark(",") === undefined) c.take("and");
    const value = component(c);
    if (value === undefined) {
      c.at = before;
      break;
    }
    found.push(value);
  }
  if (found.length < fewest) return undefined;
  const unit = found.at(-1)?.unit;
  // "40, 0, 30 cm" is one point in centimetres.
  const shared = unit !== undefined && found.slice(0, -1).every((each) => each.unit === undefined);
  if (!shared) return fromList(c, found);
  return fromList(
    c,
    found.map(({ value }) => ({ value, unit: undefined })),
    unit,
    from,
  );
}

function component(c: Cursor): Component | undefined {
  const value = c.number();
  if (value === undefined) return undefined;
  const unit = unitOf(c.text());
  if (unit !== undefined) c.at++;
  return { value, unit };
}

function fromList(c: Cursor, list: readonly Component[], shared?: Component["unit"], from = c.at): SpokenPoint | undefined {
  const found = new Map<Axis, Component>();
  for (const [i, each] of list.entries()) {
    const axis = order[i];
    if (axis === undefined) return undefined;
    if (shared !== undefined && (each.unit !== undefined || axis === "yaw"))
      return c.report({ at: from, question: "Give one unit for the whole point, or one for each number." });
    found.set(axis, { value: each.value, unit: shared ?? each.unit });
  }
  return fromComponents(c, found);
}

function fromComponents(c: Cursor, found: ReadonlyMap<Axis, Component>): SpokenPoint | undefined {
  const lengths = [...found].filter(([axis]) => axis !== "yaw").map(([, each]) => each);
  const someHaveUnits = lengths.some((each) => each.unit !== undefined);
  const result: { [axis in Axis]?: number } = {};
  for (const [axis, { value, unit }] of found) {
    const dimension = axis === "yaw" ? "angle" : "length";
    if (unit !== undefined && unit.dimension !== dimension)
      return c.report({ at: c.at, question: `${axis} cannot be measured in that unit.` });
    if (axis !== "yaw" && someHaveUnits && unit === undefined && value !== 0)
      return c.report({ at: c.at, question: "Give every number of the point a unit, or none." });
    const assumed = axis === "yaw" ? unitOf("deg") : unitOf("m");
    result[axis] = (unit ?? assumed)?.toSi(value) ?? value;
  }
  return result;
}
