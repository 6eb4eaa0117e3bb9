/**
 * Limits and couplings of the joints of a compiled MuJoCo model.
 * @module
 */
import type { JointLimits, TreeJoint } from "./kinematic-tree.ts";
import type { CompiledMjcf } from "./mjcf-arrays.ts";

const defaultHingeRadPerS = 2;
const defaultSlideMps = 0.5;

// mjtTrn, mjtBias, mjtEq
const transmissionJoint = 0;
const biasAffine = 1;
const equalityJoint = 2;
const equalityDataWidth = 11;
const parameterWidth = 10;
const gearWidth = 6;

/** The joint's range, narrowed to what a position servo on it can be told; effort from the actuators' force ranges. */
export function jointLimits(compiled: CompiledMjcf, joint: number, slide: boolean): Partial<JointLimits> {
  const limited = compiled.jntLimited[joint] === true;
  let lowerRad = limited ? compiled.jntRange[joint * 2]! : -Infinity;
  let upperRad = limited ? compiled.jntRange[joint * 2 + 1]! : Infinity;
  let maxEffortNm = 0;
  for (let actuator = 0; actuator < compiled.nu; actuator++) {
    if (compiled.actuatorTrnType[actuator] !== transmissionJoint || compiled.actuatorTrnId[actuator * 2] !== joint) continue;
    const gear = Math.abs(compiled.actuatorGear[actuator * gearWidth]!);
    const [low = -Infinity, high = Infinity] = compiled.actuatorForceRange.subarray(actuator * 2, actuator * 2 + 2);
    maxEffortNm += compiled.actuatorForceLimited[actuator] === true ? Math.min(Math.abs(low), Math.abs(high)) * gear : Infinity;
    if (!isPositionServo(compiled, actuator) || compiled.actuatorCtrlLimited[actuator] !== true) continue;
    lowerRad = Math.max(lowerRad, compiled.actuatorCtrlRange[actuator * 2]!);
    upperRad = Math.min(upperRad, compiled.actuatorCtrlRange[actuator * 2 + 1]!);
  }
  return {
    lowerRad,
    upperRad,
    maxVelocityRadPerS: slide ? defaultSlideMps : defaultHingeRadPerS,
    maxEffortNm: maxEffortNm > 0 ? maxEffortNm : Infinity,
  };
}

/** Force = kp (ctrl - q) - kv q̇ with gear 1: ctrl is a joint position. */
function isPositionServo(compiled: CompiledMjcf, actuator: number): boolean {
  const gain = compiled.actuatorGainPrm[actuator * parameterWidth]!;
  return (
    compiled.actuatorBiasType[actuator] === biasAffine &&
    compiled.actuatorGear[actuator * gearWidth] === 1 &&
    gain > 0 &&
    compiled.actuatorBiasPrm[actuator * parameterWidth] === 0 &&
    compiled.actuatorBiasPrm[actuator * parameterWidth + 1] === -gain
  );
}

/**
 * The other joint that a joint equality ties this one to: q1 - q1₀ = a0 + a1 (q2 - q2₀). Polynomials of higher order are no mimic;
 * the joint is left on its own, with a warning.
 */
export function couplingOf(
  compiled: CompiledMjcf,
  joint: number,
  nameOf: (joint: number) => string,
  warnings: string[],
): TreeJoint["mimic"] {
  for (let eq = 0; eq < compiled.neq; eq++) {
    if (compiled.eqType[eq] !== equalityJoint || compiled.eqObj1[eq] !== joint) continue;
    const other = compiled.eqObj2[eq]!;
    if (other < 0) continue;
    const [a0 = 0, a1 = 0, ...higher] = compiled.eqData.subarray(eq * equalityDataWidth, eq * equalityDataWidth + 5);
    if (higher.some((coefficient) => coefficient !== 0)) {
      warnings.push(`joint "${nameOf(joint)}" follows "${nameOf(other)}" by a curve, not a line; it is treated as a joint of its own`);
      continue;
    }
    const reference = (id: number): number => compiled.qpos0[compiled.jntQposAdr[id]!]!;
    return { joint: nameOf(other), scale: a1, offset: a0 + reference(joint) - a1 * reference(other) };
  }
  return undefined;
}
