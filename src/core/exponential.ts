/**
 * Exponential, logarithm and scaled norms with the same bits on every engine. Methods and coefficients are those of fdlibm 5.3
 * (Sun Microsystems, 1993: e_exp, e_log), written anew without access to the bits of a double; errors stay below 1 ulp.
 * @module
 */

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const INV_LN2 = 1.442695040888963387;
const SQRT2 = 1.4142135623730951;

/** 2^1, 2^2, 2^4 … 2^512, by squaring, which is exact on every engine; `**` need not be. */
const powersOfTwo: readonly number[] = Array.from({ length: 9 }).reduce<number[]>(
  (powers) => [...powers, powers.at(-1)! * powers.at(-1)!],
  [2],
);

/** e^x. 0 below about -745.13, Infinity above about 709.78, NaN for NaN. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 7.09782712893383973096e2) return Infinity;
  if (x < -7.4513321910194110842e2) return 0;
  const k = Math.abs(x) < 0.34657359027997264 ? 0 : Math.round(x * INV_LN2);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  return timesPowerOfTwo(1 - (low - (r * c) / (2 - c) - high), k);
}

/** Natural logarithm; -Infinity at 0, NaN below it and for NaN. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return x;
  // x = 2^k m with m in [√2/2, √2), by exact divisions.
  let k = 0;
  let m = x;
  if (m < 2.2250738585072014e-308) {
    m *= 18_014_398_509_481_984; // 2^54 lifts subnormals
    k = -54;
  }
  for (let i = powersOfTwo.length - 1; i >= 0; i--) {
    const power = powersOfTwo[i]!;
    if (m >= power) {
      m /= power;
      k += 1 << i;
    } else if (m * power < 2) {
      m *= power;
      k -= 1 << i;
    }
  }
  if (m >= SQRT2) {
    m *= 0.5;
    k += 1;
  }
  const f = m - 1;
  if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd = z * (6.66666666666673513e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + even + odd) + k * LN2_LOW) - f);
}

/** y × 2^k rounded once, also into the subnormals; k in [-1080, 1030], y about 1. */
function timesPowerOfTwo(y: number, k: number): number {
  if (k > 1_000) return y * powerOfTwo(k - 1_000) * powerOfTwo(1_000);
  if (k < -1_000) return y * powerOfTwo(k + 1_000) * powerOfTwo(-1_000);
  return y * powerOfTwo(k);
}

function powerOfTwo(k: number): number {
  let power = 1;
  let rest = Math.abs(k);
  for (let i = 0; rest > 0; i++, rest >>= 1) if ((rest & 1) === 1) power *= powersOfTwo[i]!;
  return k < 0 ? 1 / power : power;
}

const SCALE_UP = powerOfTwo(600);
const SCALE_DOWN = 1 / SCALE_UP;

/** √(x² + y²) without overflow or underflow on the way. NaN if either is, else Infinity if either is infinite. */
export function hypot2(x: number, y: number): number {
  return hypot3(x, y, 0);
}

/** √(x² + y² + z²) without overflow or underflow on the way. NaN if any is, else Infinity if any is infinite. */
export function hypot3(x: number, y: number, z: number): number {
  const largest = Math.max(Math.abs(x), Math.abs(y), Math.abs(z));
  if (largest > 1e-140 && largest < 1e150) return Math.sqrt(x * x + y * y + z * z);
  if (largest === 0 || largest === Infinity || Number.isNaN(largest)) return largest;
  const scale = largest < 1 ? SCALE_UP : SCALE_DOWN;
  const a = x * scale;
  const b = y * scale;
  const c = z * scale;
  return Math.sqrt(a * a + b * b + c * c) / scale;
}
