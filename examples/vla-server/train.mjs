// Trains a small network to do what the scripted expert does: `node examples/vla-server/train.mjs [OUT.onnx]`; seconds, no packages.
// Nothing in it depends on machine or engine (arithmetic and square roots alone), so the same file comes out everywhere, byte for byte.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { act } from "./expert.mjs";
import { encodeMlp } from "./onnx-file.mjs";

const sizes = [4, 32, 32, 8];
const batch = 64;
const batches = 5000;

/** Uniform in [0, 1): mulberry32. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What the network sees: object minus tip in units of 5 cm, and how far the gripper is open. */
export function features(state, object) {
  return [0, 1, 2].map((axis) => (object[axis] - state[axis]) * 20).concat(state[7]);
}

/** One state of the task and what the expert does there: its first action, and whether it is done. Lengths in units of 5 cm. */
function sample(random) {
  const between = (low, high) => low + random() * (high - low);
  const object = [between(0.35, 0.65), between(-0.3, 0.3), 0.025];
  const above = [object[0], object[1], object[2] + 0.15];
  // Far away, near, and where the gripper closes; and with the object in the hand.
  const kind = random();
  const spread = kind < 0.3 ? 0.4 : kind < 0.5 ? 0.08 : kind < 0.75 ? 0.03 : 0.008;
  const held = random() < 0.15;
  const tip = held ? object.map((value) => value + between(-0.03, 0.03)) : above.map((value) => value + between(-spread, spread));
  const state = [...tip, 0, 1, 0, 0, held ? between(0.1, 0.8) : between(0.95, 1)];
  const { actions, done } = act({ prompt: "cube", state, objects: { cube: object } });
  const [dx, dy, dz, , , , gripper] = actions?.[0] ?? [0, 0, 0, 0, 0, 0, 1];
  return { input: features(state, object), output: [dx / 0.05, dy / 0.05, dz / 0.05, 0, 0, 0, gripper, done ? 1 : 0] };
}

function layersFrom(random) {
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i];
    const reach = Math.sqrt(6 / inputs);
    const weights = Float64Array.from({ length: inputs * outputs }, () => (random() * 2 - 1) * reach);
    return { inputs, outputs, weights, biases: new Float64Array(outputs) };
  });
}

/** Squared error, Adam, a learning rate that falls to nothing. Weights `[inputs, outputs]`, row-major. */
export function train(seed = 1) {
  const random = randomFrom(seed);
  const layers = layersFrom(random);
  const parameters = layers.flatMap(({ weights, biases }) => [weights, biases]);
  const gradients = parameters.map((each) => new Float64Array(each.length));
  const first = parameters.map((each) => new Float64Array(each.length));
  const second = parameters.map((each) => new Float64Array(each.length));
  let [decay1, decay2] = [1, 1];
  for (let step = 0; step < batches; step++) {
    for (const each of gradients) each.fill(0);
    for (let i = 0; i < batch; i++) backward(layers, gradients, sample(random));
    decay1 *= 0.9;
    decay2 *= 0.999;
    const rate = 0.003 * (1 - step / batches);
    for (const [p, values] of parameters.entries())
      for (let k = 0; k < values.length; k++) {
        const g = gradients[p][k] / batch;
        first[p][k] = 0.9 * first[p][k] + 0.1 * g;
        second[p][k] = 0.999 * second[p][k] + 0.001 * g * g;
        values[k] -= (rate * first[p][k]) / (1 - decay1) / (Math.sqrt(second[p][k] / (1 - decay2)) + 1e-8);
      }
  }
  return layers;
}

function backward(layers, gradients, { input, output }) {
  const values = [Float64Array.from(input)];
  for (const [i, layer] of layers.entries()) values.push(forward(layer, values[i], i < layers.length - 1));
  let error = values.at(-1).map((value, k) => value - output[k]);
  for (let i = layers.length - 1; i >= 0; i--) {
    const { inputs, outputs, weights } = layers[i];
    const [below, mine] = [values[i], values[i + 1]];
    if (i < layers.length - 1) for (let o = 0; o < outputs; o++) if (!(mine[o] > 0)) error[o] = 0;
    const back = new Float64Array(inputs);
    for (let o = 0; o < outputs; o++) gradients[2 * i + 1][o] += error[o];
    for (let n = 0; n < inputs; n++) {
      const row = n * outputs;
      const [value, gradient] = [below[n], gradients[2 * i]];
      let sum = 0;
      for (let o = 0; o < outputs; o++) {
        sum += weights[row + o] * error[o];
        gradient[row + o] += value * error[o];
      }
      back[n] = sum;
    }
    error = back;
  }
}

function forward({ inputs, outputs, weights, biases }, below, bent) {
  const out = Float64Array.from(biases);
  for (let n = 0; n < inputs; n++) {
    const value = below[n];
    if (value !== 0) for (let o = 0, row = n * outputs; o < outputs; o++) out[o] += value * weights[row + o];
  }
  if (bent) for (let o = 0; o < outputs; o++) if (!(out[o] > 0)) out[o] = 0;
  return out;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out = fileURLToPath(new URL("expert.onnx", import.meta.url))] = process.argv.slice(2);
  const file = encodeMlp(train());
  writeFileSync(out, file);
  console.log(`${out}: ${file.length} bytes`);
}
