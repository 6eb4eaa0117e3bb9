/**
 * A robot's capsules at one pose as an SVG: from the side and from the front, links coloured and named.
 * @module
 */
import type { CollisionModel } from "../robot/collision-model.ts";
import { CapsuleField } from "../robot/lowering/capsule-field.ts";

const viewPx = 420;
const padPx = 30;
const legendRowPx = 18;

/** Columns of a placed capsule: which world axis runs right, and which one away from the eye. */
const views = [
  { title: "side: x right, z up", right: 0, away: 1, sign: 1 },
  { title: "front: y right, z up", right: 1, away: 0, sign: -1 },
] as const;

/** `q`: shape `[nJoints]`. A capsule seen from anywhere is a thick line with round ends. */
export function robotPicture(collision: CollisionModel, q: ArrayLike<number>, title: string): string {
  const { robot, nCapsules, linkOfCapsule } = collision;
  const field = new CapsuleField(robot, collision);
  field.pose(q);
  const links = [...new Set(linkOfCapsule)];
  const colour = (link: number): string => `hsl(${Math.round((links.indexOf(link) * 360) / links.length)} 60% 55%)`;
  const extent = extentOf(field.placed, nCapsules);
  const scale = (viewPx - 2 * padPx) / extent.sizeM;
  const body = views.map((view, index) => {
    const left = index * viewPx;
    const x = (value: number): string => (left + viewPx / 2 + (value - extent.middle[view.right]!) * scale).toFixed(2);
    const y = (value: number): string => (viewPx / 2 + padPx - (value - extent.middle[2]!) * scale).toFixed(2);
    const order = Array.from({ length: nCapsules }, (_, c) => c).sort(
      (a, b) => view.sign * (depth(field.placed, b, view.away) - depth(field.placed, a, view.away)),
    );
    const shapes = order.map((c) => {
      const p = field.placed.subarray(c * 7, c * 7 + 7);
      const link = linkOfCapsule[c]!;
      const width = (2 * p[6]! * scale).toFixed(2);
      const line = `x1="${x(p[view.right]!)}" y1="${y(p[2]!)}" x2="${x(p[3 + view.right]!)}" y2="${y(p[5]!)}"`;
      return `<line ${line} stroke="${colour(link)}" stroke-width="${width}" stroke-linecap="round" stroke-opacity="0.75"><title>${escaped(robot.linkNames[link]!)}</title></line>`;
    });
    return `<g><text x="${left + padPx}" y="${padPx + 14}">${view.title}</text>${shapes.join("")}</g>`;
  });
  const legend = links.map((link, row) => {
    const top = viewPx + 2 * padPx + row * legendRowPx;
    const n = linkOfCapsule.filter((of) => of === link).length;
    return `<rect x="${padPx}" y="${top - 11}" width="12" height="12" fill="${colour(link)}"/><text x="${padPx + 20}" y="${top}">${escaped(robot.linkNames[link]!)}, ${n === 1 ? "1 capsule" : `${n} capsules`}</text>`;
  });
  const width = viewPx * views.length;
  const height = viewPx + 2 * padPx + Math.max(1, links.length) * legendRowPx;
  const bar = `<line x1="${width - padPx - 0.1 * scale}" x2="${width - padPx}" y1="${padPx}" y2="${padPx}" stroke="black" stroke-width="2"/><text x="${width - padPx}" y="${padPx - 6}" text-anchor="end">0.1 m</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/><text x="${padPx}" y="20" font-weight="bold">${escaped(title)}</text>${bar}${body.join("")}${legend.join("")}</svg>\n`;
}

function depth(placed: Float64Array, capsule: number, axis: number): number {
  return (placed[capsule * 7 + axis]! + placed[capsule * 7 + 3 + axis]!) / 2;
}

function extentOf(placed: Float64Array, nCapsules: number): { readonly middle: readonly number[]; readonly sizeM: number } {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let c = 0; c < nCapsules; c++)
    for (let k = 0; k < 6; k++) {
      const r = placed[c * 7 + 6]!;
      low[k % 3] = Math.min(low[k % 3]!, placed[c * 7 + k]! - r);
      high[k % 3] = Math.max(high[k % 3]!, placed[c * 7 + k]! + r);
    }
  if (nCapsules === 0) return { middle: [0, 0, 0], sizeM: 1 };
  return { middle: low.map((value, k) => (value + high[k]!) / 2), sizeM: Math.max(...high.map((value, k) => value - low[k]!)) };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
