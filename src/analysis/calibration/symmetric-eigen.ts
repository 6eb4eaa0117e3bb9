/**
 * Eigenvalues and eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, §8.5).
 * @module
 */

export interface Eigen {
  /** Largest first. */
  readonly values: readonly number[];
  /** Unit vectors, in the order of the values. */
  readonly vectors: readonly (readonly number[])[];
}

/** Off-diagonal elements shrink quadratically: a 4 × 4 matrix is diagonal to rounding after about six sweeps. */
const maxSweeps = 30;

/** `matrix`: shape `[n, n]`, symmetric, finite. */
export function symmetricEigen(matrix: readonly (readonly number[])[]): Eigen {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = matrix.map((_, i) => matrix.map((__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let rotated = false;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotated = annihilate(a, v, p, q) || rotated;
    if (!rotated) break;
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => v.map((row) => row[i]!)) };
}

/** Rotates rows and columns p and q so that a[p][q] vanishes; false where it already has, to rounding. */
function annihilate(a: number[][], v: number[][], p: number, q: number): boolean {
  const off = a[p]![q]!;
  if (!(Math.abs(off) > 1e-18 * (Math.abs(a[p]![p]!) + Math.abs(a[q]![q]!)) && Math.abs(off) > Number.MIN_VALUE)) return false;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * off);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (const row of a) rotate(row, p, q, c, s);
  const [rowP, rowQ] = [a[p]!, a[q]!];
  for (let k = 0; k < a.length; k++) {
    const [kp, kq] = [rowP[k]!, rowQ[k]!];
    rowP[k] = c * kp - s * kq;
    rowQ[k] = s * kp + c * kq;
  }
  for (const row of v) rotate(row, p, q, c, s);
  return true;
}

function rotate(row: number[], p: number, q: number, c: number, s: number): void {
  const [kp, kq] = [row[p]!, row[q]!];
  row[p] = c * kp - s * kq;
  row[q] = s * kp + c * kq;
}
