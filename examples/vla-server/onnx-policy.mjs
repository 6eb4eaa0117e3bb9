// A network in place of the scripted expert: an ONNX file, run by onnxruntime-node.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { features } from "./train.mjs";

/** Installed beside the server, or in the folder that CLEARANCE_TOOLS names. */
async function runtime() {
  const tools = process.env.CLEARANCE_TOOLS;
  try {
    if (tools === undefined || tools === "") return await import("onnxruntime-node");
    return await import(pathToFileURL(createRequire(join(tools, "x.js")).resolve("onnxruntime-node")).href);
  } catch (error) {
    const install = "npm install --ignore-scripts onnxruntime-node@1.30.0";
    throw new Error(`--model needs onnxruntime-node, which is not there: ${install}`, { cause: error });
  }
}

/** Answers like the expert's `act`. Every number is the network's own: none is checked or bounded here. */
export async function onnxPolicy(path) {
  const loaded = await runtime();
  const { InferenceSession, Tensor } = loaded.default ?? loaded;
  const session = await InferenceSession.create(path);
  return async ({ prompt, state, objects }) => {
    const words = prompt.toLowerCase().replaceAll("_", " ");
    const name = Object.keys(objects).find((each) => words.includes(each.replaceAll("_", " ").toLowerCase()));
    if (name === undefined) return { actions: null, done: false };
    const input = features(state, objects[name]);
    const { action } = await session.run({ state: new Tensor("float32", Float32Array.from(input), [1, input.length]) });
    const numbers = Array.from(action.data);
    // Motions in units of 5 cm; the last number says whether the goal is reached.
    if (numbers.at(-1) > 0.5) return { actions: null, done: true };
    return { actions: [numbers.slice(0, -1).map((value, i) => (i < 3 ? value * 0.05 : value))], done: false };
  };
}
