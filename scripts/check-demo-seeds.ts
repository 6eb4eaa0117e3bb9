/**
 * Runs the demo's episode for many seeds: placed within 1 cm in at least 99 of 100, refused by the zone gate in all, and the same
 * seed twice gives the same head hash.
 * @module
 */
import { pickAndPlace } from "./pick-and-place.ts";

const seeds = Number(process.argv[2] ?? 100);
let placed = 0;
let refused = 0;
for (let seed = 0; seed < seeds; seed++) {
  const result = await pickAndPlace(seed);
  const good = result.picked && result.errorM <= 0.01;
  if (good) placed += 1;
  else console.log(`seed ${seed}: picked ${result.picked}, ${(result.errorM * 1000).toFixed(1)} mm off`);
  if (result.refusedBy === "prohibited_zones") refused += 1;
  else console.log(`seed ${seed}: refused by '${result.refusedBy}': ${result.refusal}`);
}
const [first, second] = [await pickAndPlace(5), await pickAndPlace(5)];
const same = first.headHash === second.headHash;
console.log(
  `placed within 1 cm: ${placed} of ${seeds}; refused by prohibited_zones: ${refused} of ${seeds}; same seed, same head hash: ${same}`,
);
process.exitCode = placed >= Math.ceil(0.99 * seeds) && refused === seeds && same ? 0 : 1;
