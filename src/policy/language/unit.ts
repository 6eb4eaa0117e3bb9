export type Dimension = "length" | "angle" | "time" | "force";

interface Unit {
  readonly dimension: Dimension;
  readonly toSi: (value: number) => number;
}

const turnRad = 2 * Math.PI;

const tables: readonly (readonly [Dimension, string, (value: number) => number])[] = [
  ["length", "m metre metres meter meters", (v) => v],
  ["length", "cm centimetre centimetres centimeter centimeters", (v) => shifted(v, -2)],
  ["length", "mm millimetre millimetres millimeter millimeters", (v) => shifted(v, -3)],
  ["length", "inch inches", (v) => shifted(v * 254, -4)],
  ["angle", "° deg degs degree degrees", (v) => (v * Math.PI) / 180],
  ["angle", "rad rads radian radians", (v) => v],
  ["angle", "turn turns revolution revolutions", (v) => v * turnRad],
  ["time", "s sec secs second seconds", (v) => v],
  ["time", "ms millisecond milliseconds", (v) => shifted(v, -3)],
  ["time", "min mins minute minutes", (v) => v * 60],
  ["force", "n newton newtons", (v) => v],
];

const units = new Map<string, Unit>();
for (const [dimension, words, toSi] of tables) for (const text of words.split(" ")) units.set(text, { dimension, toSi });

export function isUnit(text: string | undefined): boolean {
  return text !== undefined && units.has(text);
}

/** The unit a word names. `toSi` gives m, rad, s or N. */
export function unitOf(text: string | undefined): Unit | undefined {
  return text === undefined ? undefined : units.get(text);
}

/** Moves the decimal point: 35 cm is 0.35 m exactly as typed, which 35 * 0.01 is not. */
function shifted(value: number, places: number): number {
  const text = String(value);
  return Number(text.includes("e") ? value * Number(`1e${places}`) : `${text}e${places}`);
}
