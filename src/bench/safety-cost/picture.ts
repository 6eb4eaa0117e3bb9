/**
 * The report as an SVG: on the left the shares with their intervals, on the right every episode's smallest clearance.
 * @module
 */
import type { Arm } from "./arms.ts";
import type { EpisodeOutcome } from "./episode.ts";
import type { SafetyCostReport, Share } from "./report.ts";

const [width, rowHeight, top] = [920, 92, 64];
const colour: Readonly<Record<Arm, string>> = { off: "#b5473c", graded: "#2f7d5b", binary: "#5b6b8c" };
const left = { x: 110, width: 340 } as const;
const right = { x: 560, width: 320, fromM: -0.02, toM: 0.18 } as const;

/** Standalone SVG. Episodes farther off than the axis end are drawn at its end. */
export function safetyCostPicture(report: SafetyCostReport, outcomes: readonly EpisodeOutcome[]): string {
  const height = top + rowHeight * report.arms.length + 56;
  const rows = report.arms.flatMap((arm, i) => {
    const y = top + rowHeight * i;
    const clearances = outcomes.filter((outcome) => outcome.arm === arm.arm).map(({ minClearanceM }) => minClearanceM);
    return [
      text(20, y + 40, arm.arm, `font-weight="600" fill="${colour[arm.arm]}"`),
      ...bar(y + 18, arm.safeSuccess, colour[arm.arm], "done safely"),
      ...bar(y + 48, arm.contact, "#d8a23a", "touched"),
      ...dots(y + 40, clearances, colour[arm.arm]),
    ];
  });
  const axisY = top + rowHeight * report.arms.length + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Cost of safety">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(
      20,
      28,
      `What safety costs and buys: ${report.arms[0]?.episodes ?? 0} episodes an arm, same seeds`,
      'font-size="16" font-weight="600"',
    ),
    text(left.x, 50, "share of episodes, with 95 % interval", 'fill="#555"'),
    text(right.x, 50, "smallest clearance of each episode", 'fill="#555"'),
    ...rows,
    ...axis(
      axisY,
      left.x,
      left.width,
      [0, 0.25, 0.5, 0.75, 1],
      (share) => share,
      (share) => `${100 * share} %`,
    ),
    ...axis(
      axisY,
      right.x,
      right.width,
      [0, 0.05, 0.1, 0.15],
      (m) => (m - right.fromM) / (right.toM - right.fromM),
      (m) => `${100 * m} cm`,
    ),
    "</svg>",
    "",
  ].join("\n");
}

function bar(y: number, { rate, ci: [low, high] }: Share, fill: string, label: string): readonly string[] {
  const at = (share: number): string => (left.x + left.width * share).toFixed(1);
  return [
    `<rect x="${left.x}" y="${y - 9}" width="${(left.width * rate).toFixed(1)}" height="18" fill="${fill}" opacity="0.8"/>`,
    `<line x1="${at(low)}" x2="${at(high)}" y1="${y}" y2="${y}" stroke="#222" stroke-width="1.5"/>`,
    text(left.x + left.width + 8, y + 4, `${(100 * rate).toFixed(0)} % ${label}`, 'font-size="11" fill="#333"'),
  ];
}

function dots(y: number, clearancesM: readonly number[], fill: string): readonly string[] {
  const zeroX = xOf(0).toFixed(1);
  return [
    `<line x1="${zeroX}" x2="${zeroX}" y1="${y - 34}" y2="${y + 34}" stroke="#b5473c" stroke-dasharray="3 3"/>`,
    ...clearancesM.map((m, i) => {
      // Spread over the row by index, so that equal values can be told apart.
      const lane = ((i * 7) % 13) - 6;
      return `<circle cx="${xOf(m).toFixed(1)}" cy="${y + 4 * lane}" r="2.6" fill="${fill}" opacity="0.65"/>`;
    }),
  ];
}

function xOf(m: number): number {
  const inside = m >= right.fromM ? Math.min(m, right.toM) : right.fromM;
  return right.x + (right.width * (inside - right.fromM)) / (right.toM - right.fromM);
}

function axis(
  y: number,
  x: number,
  length: number,
  ticks: readonly number[],
  share: (value: number) => number,
  label: (value: number) => string,
): readonly string[] {
  return [
    `<line x1="${x}" x2="${x + length}" y1="${y}" y2="${y}" stroke="#999"/>`,
    ...ticks.map((tick) => text(x + length * share(tick), y + 18, label(tick), 'text-anchor="middle" font-size="11" fill="#555"')),
  ];
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${content}</text>`;
}
