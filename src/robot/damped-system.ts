/**
 * The small symmetric system of a damped least-squares step, (J Jᵀ + λ 1) y = b, in flat 6×6 arrays of which the lower triangle is
 * used. Allocates nothing.
 * @module
 */

/** Lower triangle of J Jᵀ, for J of shape `[6, n]`; summed in locals, because this is a third of a step's arithmetic. */
export function gramInto(J: Float64Array, n: number, g: Float64Array): void {
  let g00 = 0;
  let g10 = 0;
  let g11 = 0;
  let g20 = 0;
  let g21 = 0;
  let g22 = 0;
  let g30 = 0;
  let g31 = 0;
  let g32 = 0;
  let g33 = 0;
  let g40 = 0;
  let g41 = 0;
  let g42 = 0;
  let g43 = 0;
  let g44 = 0;
  let g50 = 0;
  let g51 = 0;
  let g52 = 0;
  let g53 = 0;
  let g54 = 0;
  let g55 = 0;
  for (let j = 0; j < n; j++) {
    const c0 = J[j]!;
    const c1 = J[n + j]!;
    const c2 = J[2 * n + j]!;
    const c3 = J[3 * n + j]!;
    const c4 = J[4 * n + j]!;
    const c5 = J[5 * n + j]!;
    g00 += c0 * c0;
    g10 += c1 * c0;
    g11 += c1 * c1;
    g20 += c2 * c0;
    g21 += c2 * c1;
    g22 += c2 * c2;
    g30 += c3 * c0;
    g31 += c3 * c1;
    g32 += c3 * c2;
    g33 += c3 * c3;
    g40 += c4 * c0;
    g41 += c4 * c1;
    g42 += c4 * c2;
    g43 += c4 * c3;
    g44 += c4 * c4;
    g50 += c5 * c0;
    g51 += c5 * c1;
    g52 += c5 * c2;
    g53 += c5 * c3;
    g54 += c5 * c4;
    g55 += c5 * c5;
  }
  g[0] = g00;
  g[6] = g10;
  g[7] = g11;
  g[12] = g20;
  g[13] = g21;
  g[14] = g22;
  g[18] = g30;
  g[19] = g31;
  g[20] = g32;
  g[21] = g33;
  g[24] = g40;
  g[25] = g41;
  g[26] = g42;
  g[27] = g43;
  g[28] = g44;
  g[30] = g50;
  g[31] = g51;
  g[32] = g52;
  g[33] = g53;
  g[34] = g54;
  g[35] = g55;
}

/**
 * Overwrites b in `y` with the solution of (gram + λ 1) y = b, by L D Lᵀ; λ > 0 keeps every pivot positive. Written out, in locals:
 * as loops over arrays this took as long as the forward kinematics. i: inverted pivots, v = L D.
 */
export function solveDampedInPlace(gram: Float64Array, lambda: number, y: Float64Array): void {
  const i0 = 1 / Math.max(gram[0]! + lambda, 1e-300);
  const v10 = gram[6]!;
  const l10 = v10 * i0;
  const v20 = gram[12]!;
  const l20 = v20 * i0;
  const v30 = gram[18]!;
  const l30 = v30 * i0;
  const v40 = gram[24]!;
  const l40 = v40 * i0;
  const v50 = gram[30]!;
  const l50 = v50 * i0;
  const i1 = 1 / Math.max(gram[7]! + lambda - l10 * v10, 1e-300);
  const v21 = gram[13]! - l20 * v10;
  const l21 = v21 * i1;
  const v31 = gram[19]! - l30 * v10;
  const l31 = v31 * i1;
  const v41 = gram[25]! - l40 * v10;
  const l41 = v41 * i1;
  const v51 = gram[31]! - l50 * v10;
  const l51 = v51 * i1;
  const i2 = 1 / Math.max(gram[14]! + lambda - l20 * v20 - l21 * v21, 1e-300);
  const v32 = gram[20]! - l30 * v20 - l31 * v21;
  const l32 = v32 * i2;
  const v42 = gram[26]! - l40 * v20 - l41 * v21;
  const l42 = v42 * i2;
  const v52 = gram[32]! - l50 * v20 - l51 * v21;
  const l52 = v52 * i2;
  const i3 = 1 / Math.max(gram[21]! + lambda - l30 * v30 - l31 * v31 - l32 * v32, 1e-300);
  const v43 = gram[27]! - l40 * v30 - l41 * v31 - l42 * v32;
  const l43 = v43 * i3;
  const v53 = gram[33]! - l50 * v30 - l51 * v31 - l52 * v32;
  const l53 = v53 * i3;
  const i4 = 1 / Math.max(gram[28]! + lambda - l40 * v40 - l41 * v41 - l42 * v42 - l43 * v43, 1e-300);
  const v54 = gram[34]! - l50 * v40 - l51 * v41 - l52 * v42 - l53 * v43;
  const l54 = v54 * i4;
  const i5 = 1 / Math.max(gram[35]! + lambda - l50 * v50 - l51 * v51 - l52 * v52 - l53 * v53 - l54 * v54, 1e-300);
  const z0 = y[0]!;
  const z1 = y[1]! - l10 * z0;
  const z2 = y[2]! - l20 * z0 - l21 * z1;
  const z3 = y[3]! - l30 * z0 - l31 * z1 - l32 * z2;
  const z4 = y[4]! - l40 * z0 - l41 * z1 - l42 * z2 - l43 * z3;
  const z5 = y[5]! - l50 * z0 - l51 * z1 - l52 * z2 - l53 * z3 - l54 * z4;
  const x5 = z5 * i5;
  const x4 = z4 * i4 - l54 * x5;
  const x3 = z3 * i3 - l43 * x4 - l53 * x5;
  const x2 = z2 * i2 - l32 * x3 - l42 * x4 - l52 * x5;
  const x1 = z1 * i1 - l21 * x2 - l31 * x3 - l41 * x4 - l51 * x5;
  const x0 = z0 * i0 - l10 * x1 - l20 * x2 - l30 * x3 - l40 * x4 - l50 * x5;
  y[0] = x0;
  y[1] = x1;
  y[2] = x2;
  y[3] = x3;
  y[4] = x4;
  y[5] = x5;
}
