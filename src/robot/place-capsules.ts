/**
 * The first `count` capsules into the frame of their links, with the centres of their spheres. Written out in one loop: it is a third of
 * posing a robot. Allocates nothing; NaN in, NaN out.
 *
 * `inLink` and `capsules`: shape `[count, 7]`, `ax ay az bx by bz radius`, of which the radii are left as they are; `frames`: shape
 * `[nLinks, 12]`, rows of 3×4 matrices; `spheres`: shape `[count, 4]`, of which the radii are left as they are. All in m.
 * @module
 */
export function placeCapsules(
  inLink: Float64Array,
  linkOfCapsule: Int32Array,
  count: number,
  frames: Float64Array,
  capsules: Float64Array,
  spheres: Float64Array,
): void {
  for (let c = 0, i = 0, o = 0; c < count; c++, i += 7, o += 4) {
    const m = linkOfCapsule[c]! * 12;
    const px = inLink[i]!;
    const py = inLink[i + 1]!;
    const pz = inLink[i + 2]!;
    const qx = inLink[i + 3]!;
    const qy = inLink[i + 4]!;
    const qz = inLink[i + 5]!;
    const r0 = frames[m]!;
    const r1 = frames[m + 1]!;
    const r2 = frames[m + 2]!;
    const r3 = frames[m + 3]!;
    const ax = r0 * px + r1 * py + r2 * pz + r3;
    const bx = r0 * qx + r1 * qy + r2 * qz + r3;
    const s0 = frames[m + 4]!;
    const s1 = frames[m + 5]!;
    const s2 = frames[m + 6]!;
    const s3 = frames[m + 7]!;
    const ay = s0 * px + s1 * py + s2 * pz + s3;
    const by = s0 * qx + s1 * qy + s2 * qz + s3;
    const t0 = frames[m + 8]!;
    const t1 = frames[m + 9]!;
    const t2 = frames[m + 10]!;
    const t3 = frames[m + 11]!;
    const az = t0 * px + t1 * py + t2 * pz + t3;
    const bz = t0 * qx + t1 * qy + t2 * qz + t3;
    capsules[i] = ax;
    capsules[i + 1] = ay;
    capsules[i + 2] = az;
    capsules[i + 3] = bx;
    capsules[i + 4] = by;
    capsules[i + 5] = bz;
    spheres[o] = (ax + bx) * 0.5;
    spheres[o + 1] = (ay + by) * 0.5;
    spheres[o + 2] = (az + bz) * 0.5;
  }
}
