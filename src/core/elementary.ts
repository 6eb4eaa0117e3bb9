/**
 * The elementary functions the safe parts of the project use in place of those of `Math`, so that the same inputs give the same
 * trace on every engine. After fdlibm (Sun Microsystems); see the two files.
 * @module
 */
export { acos, asin, atan, atan2, cos, sin, sinCosInto, sinCosPairsInto } from "./trigonometry.ts";
export { exp, hypot2, hypot3, log } from "./exponential.ts";
