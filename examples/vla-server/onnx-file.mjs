// A network of plain layers as an ONNX file (onnx.proto3, IR version 8, operator set 13): Gemm and Relu by turns, no Relu at the end.

/** Protocol Buffers: a field of bytes, text or a message; a list of such; a whole number. */
function field(number, value) {
  if (typeof value === "number") return [...varint(number << 3), ...varint(value)];
  const bytes = typeof value === "string" ? [...new TextEncoder().encode(value)] : value;
  return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
}

function varint(value) {
  const bytes = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

const float = 1;

function tensor(name, dims, values) {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  return [...dims.flatMap((dim) => field(1, dim)), ...field(2, float), ...field(8, name), ...field(9, [...raw])];
}

/** `[1, width]` */
function vector(name, width) {
  const shape = [1, width].flatMap((dim) => field(1, field(1, dim)));
  return [...field(1, name), ...field(2, field(1, [...field(1, float), ...field(2, shape)]))];
}

function node(operator, inputs, output) {
  return [...inputs.flatMap((each) => field(1, each)), ...field(2, output), ...field(3, output), ...field(4, operator)];
}

/** `layers`: `{inputs, outputs, weights, biases}`, weights `[inputs, outputs]`, row-major. Input `state`, output `action`, float32. */
export function encodeMlp(layers) {
  const nodes = layers.flatMap((_, i) => {
    const from = i === 0 ? "state" : `bent${i - 1}`;
    const last = i === layers.length - 1;
    const sum = node("Gemm", [from, `weights${i}`, `biases${i}`], last ? "action" : `sum${i}`);
    return last ? [sum] : [sum, node("Relu", [`sum${i}`], `bent${i}`)];
  });
  const numbers = layers.flatMap(({ inputs, outputs, weights, biases }, i) => [
    tensor(`weights${i}`, [inputs, outputs], weights),
    tensor(`biases${i}`, [outputs], biases),
  ]);
  const graph = [
    ...nodes.flatMap((each) => field(1, each)),
    ...field(2, "policy"),
    ...numbers.flatMap((each) => field(5, each)),
    ...field(11, vector("state", layers[0].inputs)),
    ...field(12, vector("action", layers.at(-1).outputs)),
  ];
  return Uint8Array.from([...field(1, 8), ...field(2, "clearance"), ...field(7, graph), ...field(8, field(2, 13))]);
}
