/**
 * An envelope as data under the compatible names, and its hash: the same limits give the same hash, however they were written.
 * @module
 */
import { canonicalJson, type JsonObject, type JsonValue } from "../../core/json.ts";
import { sha256Hex } from "../../core/sha256.ts";
import { capFields, compatibleNames, perJointFields } from "./envelope-fields.ts";
import type { SafetyEnvelope } from "./safety-envelope.ts";

/** What is not set is left out; in a list of joints it is null. `loadEnvelope` reads it back. */
export function exportEnvelope(envelope: SafetyEnvelope): JsonObject {
  const { noGoZones, declaredColumns, boxMinM, boxMaxM } = envelope;
  const out: Record<string, JsonValue> = {};
  const put = (name: string, value: JsonValue): void => {
    out[compatibleNames.get(name) ?? name] = value;
  };
  put("jointNames", [...envelope.jointNames]);
  for (const { name } of perJointFields) {
    const column = envelope[name];
    if (column.some(Number.isFinite))
      put(
        name,
        column.map((limit) => (Number.isFinite(limit) ? limit : null)),
      );
  }
  for (const { name } of capFields) if (Number.isFinite(envelope[name])) put(name, envelope[name]);
  if (boxMinM !== undefined && boxMaxM !== undefined) {
    put("boxMinM", [...boxMinM]);
    put("boxMaxM", [...boxMaxM]);
  }
  const plainNumbers = [
    "maxJointSpeedFactor",
    "gripperMin",
    "gripperMax",
    "jumpToleranceRad",
    "jumpToleranceM",
    "positionTolerance",
  ] as const;
  for (const name of [...plainNumbers, "rateTolerance", "maxRows", "maxPeriodMs"] as const) put(name, envelope[name]);
  for (const name of ["deadmanRequired", "humanInLoopRequired", "planarBase", "forceSensor"] as const) put(name, envelope[name]);
  for (const name of ["supportedModes", "acknowledgedUnbounded", "grippers"] as const) put(name, [...envelope[name]]);
  put("halMode", envelope.halMode);
  put(
    "noGoZones",
    noGoZones.map(({ name, polygonM, minZM, maxZM }) => ({ name, polygonM: polygonM.map(([x, y]) => [x, y]), minZM, maxZM })),
  );
  put(
    "declaredColumns",
    Object.fromEntries(Object.entries(declaredColumns).map(([mode, { min, max }]) => [mode, { min: [...min], max: [...max] }])),
  );
  return out;
}

/** Lower-case hex, SHA-256 of the canonical JSON. */
export function envelopeHash(envelope: SafetyEnvelope): string {
  return sha256Hex(canonicalJson({ robot_name: envelope.robotName, ...exportEnvelope(envelope) }));
}
