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

/** L of gram + λ 1 = L Lᵀ, leading `rows` rows, with its diagonal inverted; λ > 0 keeps every pivot positive. */
export function dampedFactorInto(gram: Float64Array, lambda: number, rows: number, factor: Float64Array): void {
  for (let a = 0; a < rows * 6; a += 6) {
    for (let b = 0; b <= a; b += 6) {
      const column = b / 6;
      let sum = gram[a + column]!;
      for (let k = 0; k < column; k++) sum -= factor[a + k]! * factor[b + k]!;
      factor[a + column] = a === b ? 1 / Math.sqrt(Math.max(sum + lambda, 1e-300)) : sum * factor[b + column]!;
    }
  }
}

/** Overwrites the leading `rows` of b in `y` with the solution. */
export function solveInPlace(factor: Float64Array, rows: number, y: Float64Array): void {
  for (let a = 0; a < rows; a++) {
    let sum = y[a]!;
    for (let k = 0; k < a; k++) sum -= factor[a * 6 + k]! * y[k]!;
    y[a] = sum * factor[a * 7]!;
  }
  for (let a = rows - 1; a >= 0; a--) {
    let sum = y[a]!;
    for (let k = a + 1; k < rows; k++) sum -= factor[k * 6 + a]! * y[k]!;
    y[a] = sum * factor[a * 7]!;
  }
}
