import { parentPort, workerData } from "node:worker_threads";
import { pickAndPlace } from "../scripts/pick-and-place.ts";

/** Seeds `first`, `first + step`, … below `end`. */
const { first, step, end } = workerData as { readonly first: number; readonly step: number; readonly end: number };
for (let seed = first; seed < end; seed += step) parentPort?.postMessage(await pickAndPlace(seed));
