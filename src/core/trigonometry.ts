/**
 * Trigonometric functions with the same bits on every engine: `Math.sin` and its like may differ in the last place between
 * engines, these use only operations that IEEE 754 fixes.
 *
 * Methods and coefficients are those of fdlibm 5.3 (Sun Microsystems, 1993: k_sin, k_cos, e_rem_pio2, s_atan, e_atan2, e_asin,
 * e_acos; the cosine kernel in the later FreeBSD arrangement), written anew without access to the bits of a double. Errors stay
 * below 1 ulp, as there. Arguments beyond 2^19 π are reduced exactly in integers (see `reduceLarge`), which is slow and rare.
 * @module
 */

const PIO2_HI = 1.570796326794896558;
const PIO2_LO = 6.12323399573676603587e-17;
const PI_HI = 3.141592653589793116;
const PI_LO = 1.2246467991473532e-16;
const PIO4 = 0.785398163397448279;

const INV_PIO2 = 6.36619772367581382433e-1;
// π/2 in three parts of 33 bits, each with the remainder of what follows it: n × part is exact for |n| < 2^20.
const PIO2_1 = 1.57079632673412561417;
const PIO2_1T = 6.07710050650619224932e-11;
const PIO2_2 = 6.0771005063039659766e-11;
const PIO2_2T = 2.02226624879595063154e-21;
const PIO2_3 = 2.0222662487111664558e-21;
const PIO2_3T = 8.47842766036889956997e-32;
/** 2^19 π: up to here the quarter turns number less than 2^20. */
const MEDIUM_LIMIT = 1_647_099.3291652855;

const TWO_POW_MINUS_16 = 1 / 65_536;
const TWO_POW_MINUS_49 = 1 / 562_949_953_421_312;

/** Remainder of the last reduction, head and tail: kept here so that reducing allocates nothing (a variable would box its number). */
const remainder = new Float64Array(2);

/** sin x for x in rad; NaN for NaN and ±Infinity. */
export function sin(x: number): number {
  if (x >= -PIO4 && x <= PIO4) return kernelSin(x, 0);
  const quadrant = reduce(x);
  if (quadrant === 0) return kernelSin(remainder[0]!, remainder[1]!);
  if (quadrant === 1) return kernelCos(remainder[0]!, remainder[1]!);
  if (quadrant === 2) return -kernelSin(remainder[0]!, remainder[1]!);
  return -kernelCos(remainder[0]!, remainder[1]!);
}

/** cos x for x in rad; NaN for NaN and ±Infinity. */
export function cos(x: number): number {
  if (x >= -PIO4 && x <= PIO4) return kernelCos(x, 0);
  const quadrant = reduce(x);
  if (quadrant === 0) return kernelCos(remainder[0]!, remainder[1]!);
  if (quadrant === 1) return -kernelSin(remainder[0]!, remainder[1]!);
  if (quadrant === 2) return -kernelCos(remainder[0]!, remainder[1]!);
  return kernelSin(remainder[0]!, remainder[1]!);
}

// By quadrant: the sign of the sine of the remainder, and of its cosine.
const sineSign = Float64Array.of(1, -1, -1, 1);
const cosineSign = Float64Array.of(1, 1, -1, -1);

/**
 * Writes sin x to `out[offset]` and cos x to `out[offset + 1]`: one reduction for both, and the quadrant is looked up rather than
 * branched on, for forward kinematics.
 */
export function sinCosInto(x: number, out: Float64Array, offset: number): void {
  const quadrant = reduce(x);
  const head = remainder[0]!;
  const tail = remainder[1]!;
  const odd = quadrant & 1;
  out[offset + odd] = kernelSin(head, tail) * sineSign[quadrant]!;
  out[offset + 1 - odd] = kernelCos(head, tail) * cosineSign[quadrant]!;
}

/**
 * The same, bit for bit, for `x[0]` to `x[count - 1]`: sin to `out[2 i]`, cos to `out[2 i + 1]`. One loop without calls, which lets
 * the processor work on several angles at once; written out here because a call would box its numbers.
 */
export function sinCosPairsInto(x: Float64Array, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const angle = x[i]!;
    const n = Math.floor(angle * INV_PIO2 + 0.5);
    const r = angle - n * PIO2_1;
    const w = n * PIO2_1T;
    const head = r - w;
    // Near a multiple of π/2 the reduction needs its later rounds; the comparisons send NaN and infinities there too.
    if (!(Math.abs(angle) < MEDIUM_LIMIT && Math.abs(head) >= Math.abs(angle) * TWO_POW_MINUS_16)) {
      sinCosInto(angle, out, 2 * i);
      continue;
    }
    const tail = r - head - w;
    const quadrant = n & 3;
    const odd = quadrant & 1;
    out[2 * i + odd] = kernelSin(head, tail) * sineSign[quadrant]!;
    out[2 * i + 1 - odd] = kernelCos(head, tail) * cosineSign[quadrant]!;
  }
}

/** Angle in [-π/2, π/2], rad, whose tangent is x. */
export function atan(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  const angle = size < 0.4375 ? size - atanTail(size) * size : atanAboveSmall(size);
  return x < 0 || Object.is(x, -0) ? -angle : angle;
}

/** Angle of the point (x, y) in [-π, π], rad; signs of zero and infinities as in `Math.atan2`. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const xNegative = x < 0 || Object.is(x, -0);
  const yNegative = y < 0 || Object.is(y, -0);
  const angle = firstQuadrantAngle(Math.abs(y), Math.abs(x));
  const upper = xNegative ? PI_HI - (angle - PI_LO) : angle;
  return yNegative ? -upper : upper;
}

/** Angle in [-π/2, π/2], rad; NaN outside [-1, 1]. */
export function asin(x: number): number {
  const size = Math.abs(x);
  if (!(size <= 1)) return Number.NaN;
  if (size < 0.5) return x + x * asinRatio(x * x);
  const half = (1 - size) * 0.5;
  const root = Math.sqrt(half);
  const ratio = asinRatio(half);
  let angle: number;
  if (size >= 0.975) {
    angle = PIO2_HI - (2 * (root + root * ratio) - PIO2_LO);
  } else {
    // `short` has 24 bits, so its square is exact and `rest` restores what the root lost.
    const short = Math.fround(root);
    const rest = (half - short * short) / (root + short);
    angle = PIO4 - (2 * root * ratio - (PIO2_LO - 2 * rest) - (PIO4 - 2 * short));
  }
  return x < 0 ? -angle : angle;
}

/** Angle in [0, π], rad; NaN outside [-1, 1]. */
export function acos(x: number): number {
  if (!(Math.abs(x) <= 1)) return Number.NaN;
  if (x === -1) return PI_HI;
  if (Math.abs(x) < 0.5) return PIO2_HI - (x - (PIO2_LO - x * asinRatio(x * x)));
  if (x < 0) {
    const half = (1 + x) * 0.5;
    const root = Math.sqrt(half);
    return PI_HI - 2 * (root + (asinRatio(half) * root - PIO2_LO));
  }
  const half = (1 - x) * 0.5;
  if (half === 0) return 0;
  const root = Math.sqrt(half);
  const short = Math.fround(root);
  const rest = (half - short * short) / (root + short);
  return 2 * (short + (asinRatio(half) * root + rest));
}

/** sin(x + y) for |x| <= π/4 and y the tail of x. */
function kernelSin(x: number, y: number): number {
  const z = x * x;
  const v = z * x;
  const r =
    8.33333333332248946124e-3 +
    z * (-1.98412698298579493134e-4 + z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
  return x - (z * (0.5 * y - v * r) - y - v * -1.66666666666666324348e-1);
}

/** cos(x + y) for |x| <= π/4 and y the tail of x. */
function kernelCos(x: number, y: number): number {
  const z = x * x;
  const r =
    z * (4.16666666666666019037e-2 + z * (-1.38888888888741095749e-3 + z * 2.48015872894767294178e-5)) +
    z * z * (z * z) * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11));
  const halfZ = 0.5 * z;
  const w = 1 - halfZ;
  return w + (1 - w - halfZ + (z * r - x * y));
}

/** Leaves x - n π/2 in `remainder`, |head| <= π/4, and returns n mod 4. NaN and infinities leave NaN. */
function reduce(x: number): number {
  const size = Math.abs(x);
  if (!(size < MEDIUM_LIMIT)) return reduceLarge(x);
  const n = Math.floor(x * INV_PIO2 + 0.5);
  let r = x - n * PIO2_1;
  let w = n * PIO2_1T;
  let head = r - w;
  if (Math.abs(head) < size * TWO_POW_MINUS_16) {
    let before = r;
    w = n * PIO2_2;
    r = before - w;
    w = n * PIO2_2T - (before - r - w);
    head = r - w;
    if (Math.abs(head) < size * TWO_POW_MINUS_49) {
      before = r;
      w = n * PIO2_3;
      r = before - w;
      w = n * PIO2_3T - (before - r - w);
      head = r - w;
    }
  }
  remainder[0] = head;
  remainder[1] = r - head - w;
  return n & 3;
}

const FRACTION_BITS = 1_200n;
let halfPiScaled: bigint | undefined;

/**
 * The same for any finite x, in integers: x is m 2^e exactly, and π/2 with 1200 fractional bits leaves an error of at most
 * 2^1024 × 2^-1200, far below the smallest remainder a double can have (about 2^-62).
 */
function reduceLarge(x: number): number {
  if (!Number.isFinite(x)) {
    remainder.fill(Number.NaN);
    return 0;
  }
  halfPiScaled ??= piScaled(FRACTION_BITS) >> 1n;
  // |x| >= 2^20, so 2^52 x is an integer; BigInt takes it only where x itself is one.
  const whole = Math.floor(Math.abs(x));
  const fraction = Math.abs(x) - whole;
  const scaled = (BigInt(whole) << FRACTION_BITS) + (BigInt(fraction * 4_503_599_627_370_496) << (FRACTION_BITS - 52n));
  let n = scaled / halfPiScaled;
  let rest = scaled - n * halfPiScaled;
  if (rest * 2n > halfPiScaled) {
    n += 1n;
    rest -= halfPiScaled;
  }
  // 160 fractional bits hold head and tail: 62 of leading zeros at worst, then 53, then the tail.
  const short = rest >> (FRACTION_BITS - 160n);
  const unit = 1 / 1_208_925_819_614_629_174_706_176; // 2^-80
  const sign = x < 0 ? -1 : 1;
  remainder[0] = sign * (Number(short) * unit * unit);
  remainder[1] = sign * (Number(short - BigInt(Number(short))) * unit * unit);
  return (sign * Number(n & 3n)) & 3;
}

/** π × 2^bits, by Machin's formula π = 16 atan(1/5) - 4 atan(1/239), with 64 guard bits. */
function piScaled(bits: bigint): bigint {
  const one = 1n << (bits + 64n);
  return (16n * inverseAtan(5n, one) - 4n * inverseAtan(239n, one)) >> 64n;
}

function inverseAtan(divisor: bigint, one: bigint): bigint {
  let power = one / divisor;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = -power / (divisor * divisor);
    sum += power / k;
  }
  return sum;
}

/** (x - atan x) / x for |x| < 7/16. */
function atanTail(x: number): number {
  const z = x * x;
  const w = z * z;
  const odd =
    z *
    (3.33333333333329318027e-1 +
      w *
        (1.42857142725034663711e-1 +
          w *
            (9.09088713343650656196e-2 +
              w * (6.66107313738753120669e-2 + w * (4.97687799461593236017e-2 + w * 1.62858201153657823623e-2)))));
  const even =
    w *
    (-1.99999999998764832476e-1 +
      w *
        (-1.1111110405462355788e-1 + w * (-7.69187620504482999495e-2 + w * (-5.83357013379057348645e-2 + w * -3.6531572744216915527e-2))));
  return odd + even;
}

/** atan x for x >= 7/16, by the addition theorem around atan 0.5, 1, 1.5 and ∞. */
function atanAboveSmall(x: number): number {
  if (x < 0.6875) return around(4.63647609000806093515e-1, 2.26987774529616870924e-17, (2 * x - 1) / (2 + x));
  if (x < 1.1875) return around(7.85398163397448278999e-1, 3.06161699786838301793e-17, (x - 1) / (x + 1));
  if (x < 2.4375) return around(9.82793723247329054082e-1, 1.39033110312309984516e-17, (x - 1.5) / (1 + 1.5 * x));
  return around(PIO2_HI, PIO2_LO, -1 / x);
}

function around(angleHigh: number, angleLow: number, rest: number): number {
  return angleHigh - (rest * atanTail(rest) - angleLow - rest);
}

/** atan2 for y, x >= 0. */
function firstQuadrantAngle(y: number, x: number): number {
  if (y === 0) return 0;
  if (x === 0) return PIO2_HI;
  if (x === Infinity) return y === Infinity ? PIO4 : 0;
  return y === Infinity ? PIO2_HI : atan(y / x);
}

/** (asin √z - √z) / √z for 0 <= z <= 1/4, a rational approximation. */
function asinRatio(z: number): number {
  const p =
    z *
    (1.66666666666666657415e-1 +
      z *
        (-3.25565818622400915405e-1 +
          z *
            (2.01212532134862925881e-1 +
              z * (-4.00555345006794114027e-2 + z * (7.91534994289814532176e-4 + z * 3.4793310759602116757e-5)))));
  const q =
    1 + z * (-2.40339491173441421878 + z * (2.02094576023350569471 + z * (-6.8828397160545329303e-1 + z * 7.70381505559019352791e-2)));
  return p / q;
}
