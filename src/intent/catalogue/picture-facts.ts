import type { Picture } from "../../core/capture.ts";

/** Parts of the robot itself go by one name. */
const itself = "robot";
const mostThings = 16;

/** `share`: of all pixels, 0 … 1. */
export type ThingInView = { readonly name: string; readonly share: number };

/** What a segmentation among the pictures shows, the largest first; undefined without one. */
export function thingsInView(pictures: readonly Picture[], linkNames: readonly string[]): ThingInView[] | undefined {
  const segmentation = pictures.find((picture) => picture.modality === "segmentation");
  if (segmentation === undefined) return undefined;
  const { segments, names } = segmentation;
  const links = new Set(linkNames);
  const called = names.map((name) => (links.has(name) ? itself : name));
  const pixels = new Map<string, number>();
  for (const segment of segments) {
    const name = called[segment - 1];
    if (name !== undefined) pixels.set(name, (pixels.get(name) ?? 0) + 1);
  }
  return [...pixels]
    .sort(([a, more], [b, fewer]) => fewer - more || (a < b ? -1 : 1))
    .slice(0, mostThings)
    .map(([name, count]) => ({ name, share: Math.round((count / segments.length) * 1e4) / 1e4 }));
}

/** m along the view to what is nearest in a depth picture among them, to the millimetre; null where nothing is in view. */
export function nearestDepthM(pictures: readonly Picture[]): number | null | undefined {
  const depth = pictures.find((picture) => picture.modality === "depth");
  if (depth === undefined) return undefined;
  let nearestM = Infinity;
  for (const depthM of depth.depthM) nearestM = Math.min(nearestM, depthM);
  return nearestM < Infinity ? Math.round(nearestM * 1000) / 1000 : null;
}
