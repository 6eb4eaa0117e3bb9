/**
 * How fast this host is, against the one on which the limits were set: the micro-benchmark those limits came from, in its plain
 * form and with the engine's own sine and cosine. It stands apart from src on purpose: what is measured here is the host, so it
 * must not become faster with the project.
 *
 *     seven joints (modified DH), 9 capsules, 15 self pairs, 8 × 20 capsules of the world, 10,000 configurations
 * @module
 */
import type { BenchOptions } from "./main.ts";
import { timeBatches } from "./measure.ts";
import type { Row } from "./report.ts";

/** Medians published with the limits, Node 24, µs. */
const published = { forward: 0.24, brute: 4.4, culled: 1.12, boolean: 0.83 };

const quarter = Math.PI / 2;
const aM = Float64Array.of(0, 0, 0, 0.0825, -0.0825, 0, 0.088);
const dM = Float64Array.of(0.333, 0, 0.316, 0, 0.384, 0, 0);
const alphaRad = [0, -quarter, quarter, quarter, -quarter, quarter, quarter];
const cosAlpha = Float64Array.from(alphaRad, Math.cos);
const sinAlpha = Float64Array.from(alphaRad, Math.sin);

const nLinks = 9;
const nPosts = 20;
/** Both radii of a self pair, and of a link and a post, m. */
const selfReachM = 0.12;
const worldReachM = 0.11;
const postHalfM = 0.15;
/** No post stands nearer to the base's axis: about as many configurations touch something as were published. */
const clearM = 0.5;

/** Shape `[8, 12]`: rotation 9, position 3, of the base and the seven links. */
const frames = new Float64Array(8 * 12);
/** Shape `[9, 6]`: the segments of the links; the last is the hand. */
const links = new Float64Array(nLinks * 6);
const linkCentres = new Float64Array(nLinks * 3);
const linkHalfM = new Float64Array(nLinks).fill(0.05);
linkHalfM[8] = 0.1;
const posts = new Float64Array(nPosts * 6);
const postCentres = new Float64Array(nPosts * 3);
/** The 15 pairs of links four or more apart: with nearer ones the wrist would touch the hand at every configuration. */
const selfPairs = Int32Array.from(
  Array.from({ length: nLinks }, (_, i) => Array.from({ length: Math.max(0, nLinks - i - 4) }, (_unused, k) => [i, i + 4 + k])).flat(2),
);

/** How many times slower than the host of the limits this one is at the moment: mean factor of the four kernels, geometric. */
export function hostFactor(): number {
  const factors = calibrationRows({ quick: true }).flatMap(({ factor }) => (factor === undefined ? [] : [factor]));
  return factors.reduce((product, factor) => product * factor, 1) ** (1 / factors.length);
}

export interface CalibrationRow extends Row {
  /** Of the published median. */
  readonly factor?: number;
}

export function calibrationRows({ quick }: BenchOptions): readonly CalibrationRow[] {
  const next = lehmer();
  frames[0] = 1;
  frames[4] = 1;
  frames[8] = 1;
  for (let k = 0; k < nPosts; k++) {
    let [x, y, z] = [0, 0, 0];
    while (Math.hypot(x, y) < clearM) [x, y, z] = [next() * 1.6 - 0.8, next() * 1.6 - 0.8, next()];
    posts.set([x, y, z, x, y, z + 2 * postHalfM], 6 * k);
    postCentres.set([x, y, z + postHalfM], 3 * k);
  }
  const count = 10_000;
  const configurations = Array.from({ length: count }, () => Float64Array.from({ length: 7 }, () => next() * 4 - 2));
  let sink = 0;
  const time = (run: (q: Float64Array) => number | boolean): number =>
    timeBatches(quick ? 3 : 20, count, (i) => {
      sink += Number(run(configurations[i % count]!));
    }).medianUs;
  const row = (what: string, publishedUs: number, run: (q: Float64Array) => number | boolean): CalibrationRow => {
    const measured = time(run);
    const factor = measured / publishedUs;
    return {
      what: `calibration: the reference's own ${what} on this host`,
      measured,
      unit: "µs",
      factor,
      note: `${factor.toFixed(1)} × the published ${publishedUs}`,
    };
  };
  const rows = [
    row("forward kinematics", published.forward, (q) => {
      forward(q);
      return frames[93]!;
    }),
    row("minimum over 175 pairs, no culling", published.brute, brute),
    row("minimum over 175 pairs, culled", published.culled, culled),
    row("yes or no over 175 pairs, culled", published.boolean, touches),
  ];
  const touching = configurations.filter(touches).length / count;
  rows.push({
    what: "calibration: configurations in contact, which end the yes or no early",
    measured: 100 * touching,
    unit: "%",
    note: "published 17 %",
  });
  // Only so that the engine may not leave the work out.
  if (Number.isNaN(sink)) throw new Error("calibration: not a number");
  return rows;
}

/** The reference's own generator of numbers in (0, 1). */
function lehmer(): () => number {
  let state = 1;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function forward(q: Float64Array): void {
  const T = frames;
  for (let i = 0; i < 7; i++) {
    const s = Math.sin(q[i]!);
    const c = Math.cos(q[i]!);
    const o = 12 * i;
    const p = o + 12;
    const r00 = T[o]!;
    const r01 = T[o + 1]!;
    const r02 = T[o + 2]!;
    const r10 = T[o + 3]!;
    const r11 = T[o + 4]!;
    const r12 = T[o + 5]!;
    const r20 = T[o + 6]!;
    const r21 = T[o + 7]!;
    const r22 = T[o + 8]!;
    const m10 = s * cosAlpha[i]!;
    const m11 = c * cosAlpha[i]!;
    const m12 = -sinAlpha[i]!;
    const m20 = s * sinAlpha[i]!;
    const m21 = c * sinAlpha[i]!;
    const m22 = cosAlpha[i]!;
    const px = aM[i]!;
    const py = -sinAlpha[i]! * dM[i]!;
    const pz = cosAlpha[i]! * dM[i]!;
    T[p] = r00 * c + r01 * m10 + r02 * m20;
    T[p + 1] = -r00 * s + r01 * m11 + r02 * m21;
    T[p + 2] = r01 * m12 + r02 * m22;
    T[p + 3] = r10 * c + r11 * m10 + r12 * m20;
    T[p + 4] = -r10 * s + r11 * m11 + r12 * m21;
    T[p + 5] = r11 * m12 + r12 * m22;
    T[p + 6] = r20 * c + r21 * m10 + r22 * m20;
    T[p + 7] = -r20 * s + r21 * m11 + r22 * m21;
    T[p + 8] = r21 * m12 + r22 * m22;
    T[p + 9] = T[o + 9]! + r00 * px + r01 * py + r02 * pz;
    T[p + 10] = T[o + 10]! + r10 * px + r11 * py + r12 * pz;
    T[p + 11] = T[o + 11]! + r20 * px + r21 * py + r22 * pz;
  }
  for (let i = 0; i < 8; i++) place(12 * i, 6 * i, 0.1);
  place(84, 48, 0.2);
}

/** A segment of a link: from a frame's origin along its z axis. */
function place(o: number, e: number, lengthM: number): void {
  links[e] = frames[o + 9]!;
  links[e + 1] = frames[o + 10]!;
  links[e + 2] = frames[o + 11]!;
  links[e + 3] = frames[o + 9]! + frames[o + 2]! * lengthM;
  links[e + 4] = frames[o + 10]! + frames[o + 5]! * lengthM;
  links[e + 5] = frames[o + 11]! + frames[o + 8]! * lengthM;
}

function centres(): void {
  for (let i = 0; i < nLinks; i++) {
    linkCentres[3 * i] = (links[6 * i]! + links[6 * i + 3]!) * 0.5;
    linkCentres[3 * i + 1] = (links[6 * i + 1]! + links[6 * i + 4]!) * 0.5;
    linkCentres[3 * i + 2] = (links[6 * i + 2]! + links[6 * i + 5]!) * 0.5;
  }
}

/** Squared distance of two segments of a length above 0. */
function squaredDistance(a: Float64Array, i: number, b: Float64Array, j: number): number {
  const ux = a[i + 3]! - a[i]!;
  const uy = a[i + 4]! - a[i + 1]!;
  const uz = a[i + 5]! - a[i + 2]!;
  const vx = b[j + 3]! - b[j]!;
  const vy = b[j + 4]! - b[j + 1]!;
  const vz = b[j + 5]! - b[j + 2]!;
  const rx = a[i]! - b[j]!;
  const ry = a[i + 1]! - b[j + 1]!;
  const rz = a[i + 2]! - b[j + 2]!;
  const uu = ux * ux + uy * uy + uz * uz;
  const vv = vx * vx + vy * vy + vz * vz;
  const uv = ux * vx + uy * vy + uz * vz;
  const ur = ux * rx + uy * ry + uz * rz;
  const vr = vx * rx + vy * ry + vz * rz;
  const det = uu * vv - uv * uv;
  let s = det > 1e-12 ? (uv * vr - ur * vv) / det : 0;
  s = s < 0 ? 0 : s > 1 ? 1 : s;
  let t = (uv * s + vr) / vv;
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  s = (uv * t - ur) / uu;
  s = s < 0 ? 0 : s > 1 ? 1 : s;
  const x = rx + ux * s - vx * t;
  const y = ry + uy * s - vy * t;
  const z = rz + uz * s - vz * t;
  return x * x + y * y + z * z;
}

function brute(q: Float64Array): number {
  forward(q);
  let least = 1e9;
  for (let k = 0; k < selfPairs.length; k += 2) {
    least = Math.min(least, Math.sqrt(squaredDistance(links, 6 * selfPairs[k]!, links, 6 * selfPairs[k + 1]!)) - selfReachM);
  }
  for (let i = 1; i < nLinks; i++)
    for (let k = 0; k < nPosts; k++) least = Math.min(least, Math.sqrt(squaredDistance(links, 6 * i, posts, 6 * k)) - worldReachM);
  return least;
}

function culled(q: Float64Array): number {
  forward(q);
  centres();
  let least = 1e9;
  for (let k = 0; k < selfPairs.length; k += 2) {
    const i = selfPairs[k]!;
    const j = selfPairs[k + 1]!;
    const reach = least + selfReachM + linkHalfM[i]! + linkHalfM[j]!;
    if (!(squaredApart(linkCentres, 3 * j, i) < reach * reach)) continue;
    least = Math.min(least, Math.sqrt(squaredDistance(links, 6 * i, links, 6 * j)) - selfReachM);
  }
  for (let i = 1; i < nLinks; i++)
    for (let k = 0; k < nPosts; k++) {
      const reach = least + worldReachM + linkHalfM[i]! + postHalfM;
      if (!(squaredApart(postCentres, 3 * k, i) < reach * reach)) continue;
      least = Math.min(least, Math.sqrt(squaredDistance(links, 6 * i, posts, 6 * k)) - worldReachM);
    }
  return least;
}

function touches(q: Float64Array): boolean {
  forward(q);
  centres();
  for (let k = 0; k < selfPairs.length; k += 2) {
    const i = selfPairs[k]!;
    const j = selfPairs[k + 1]!;
    const reach = selfReachM + linkHalfM[i]! + linkHalfM[j]!;
    if (!(squaredApart(linkCentres, 3 * j, i) < reach * reach)) continue;
    if (squaredDistance(links, 6 * i, links, 6 * j) < selfReachM * selfReachM) return true;
  }
  for (let i = 1; i < nLinks; i++)
    for (let k = 0; k < nPosts; k++) {
      const reach = worldReachM + linkHalfM[i]! + postHalfM;
      if (!(squaredApart(postCentres, 3 * k, i) < reach * reach)) continue;
      if (squaredDistance(links, 6 * i, posts, 6 * k) < worldReachM * worldReachM) return true;
    }
  return false;
}

/** Squared distance of a link's centre from the centre at `at`. */
function squaredApart(centre: Float64Array, at: number, link: number): number {
  const dx = linkCentres[3 * link]! - centre[at]!;
  const dy = linkCentres[3 * link + 1]! - centre[at + 1]!;
  const dz = linkCentres[3 * link + 2]! - centre[at + 2]!;
  return dx * dx + dy * dy + dz * dz;
}
