/**
 * NumPy arrays as the wires of policy servers carry them: a type, a shape, bytes in C order (rows first), little-endian.
 * @module
 */

interface Elements {
  readonly bytes: number;
  readonly open: (data: ArrayBuffer) => NdData;
}
type NdData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** NumPy's name, byte order included; a byte has none. */
const elements = new Map<string, Elements>([
  ["<f4", { bytes: 4, open: (data) => new Float32Array(data) }],
  ["<f8", { bytes: 8, open: (data) => new Float64Array(data) }],
  ["|b1", { bytes: 1, open: (data) => new Uint8Array(data) }],
  ["|u1", { bytes: 1, open: (data) => new Uint8Array(data) }],
  ["|i1", { bytes: 1, open: (data) => new Int8Array(data) }],
  ["<u2", { bytes: 2, open: (data) => new Uint16Array(data) }],
  ["<i2", { bytes: 2, open: (data) => new Int16Array(data) }],
  ["<u4", { bytes: 4, open: (data) => new Uint32Array(data) }],
  ["<i4", { bytes: 4, open: (data) => new Int32Array(data) }],
  ["<u8", { bytes: 8, open: (data) => new BigUint64Array(data) }],
  ["<i8", { bytes: 8, open: (data) => new BigInt64Array(data) }],
]);

const maxDimensions = 8;

/** What came over a wire is not what it says it is; the message is one line. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Shape `[]` is a single number. NaN and infinities are kept: whoever acts on the numbers refuses them. */
export class NdArray {
  /** NumPy's name: `<f4`, `<f8`, `|u1`, `|b1`, `<i4`, `<i8`, … */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: NdData;

  private constructor(dtype: string, shape: readonly number[], data: NdData) {
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.data = data;
  }

  /** A copy of `bytes`. @throws WireError for an unknown type, a shape that is none, or bytes that do not fill it */
  static fromBytes(dtype: string, shape: readonly unknown[], bytes: Uint8Array): NdArray {
    const kind = elements.get(dtype);
    if (kind === undefined) throw new WireError(`arrays of type '${dtype}' are not read; types: ${[...elements.keys()].join(", ")}`);
    const sizes = shape.map((size) => {
      if (!(typeof size === "number" && Number.isSafeInteger(size) && size >= 0))
        throw new WireError(`the shape of an array holds ${String(size)}; sizes are whole numbers of 0 or more`);
      return size;
    });
    if (!(sizes.length <= maxDimensions)) throw new WireError(`an array has ${sizes.length} dimensions; ${maxDimensions} at most`);
    const wanted = sizes.reduce((count, size) => count * size, kind.bytes);
    if (wanted !== bytes.byteLength)
      throw new WireError(`an array of type ${dtype} and shape [${sizes.join(", ")}] has ${wanted} bytes, not ${bytes.byteLength}`);
    const copy = new ArrayBuffer(bytes.byteLength);
    new Uint8Array(copy).set(bytes);
    return new NdArray(dtype, sizes, kind.open(copy));
  }

  /** `<f4`, shape `[n]` unless given. */
  static float32(values: ArrayLike<number>, shape: readonly number[] = [values.length]): NdArray {
    return NdArray.fromBytes("<f4", shape, bytesOf(Float32Array.from(values)));
  }

  /** `<f8`, shape `[n]` unless given. */
  static float64(values: ArrayLike<number>, shape: readonly number[] = [values.length]): NdArray {
    return NdArray.fromBytes("<f8", shape, bytesOf(Float64Array.from(values)));
  }

  /** An image: `|u1`, shape `[height, width, channels]`, rows first. Copies. */
  static image(pixels: Uint8Array, height: number, width: number, channels = 3): NdArray {
    return NdArray.fromBytes("|u1", [height, width, channels], pixels);
  }

  /** A view, not a copy. */
  get bytes(): Uint8Array {
    return bytesOf(this.data);
  }

  /** A copy. @throws WireError for a whole number that no double holds exactly */
  toNumbers(): Float64Array {
    const { data } = this;
    if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return Float64Array.from(data);
    return Float64Array.from(data, (value) => {
      const number = Number(value);
      if (!Number.isSafeInteger(number)) throw new WireError(`the whole number ${value} is too large`);
      return number;
    });
  }
}

function bytesOf(data: NdData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
