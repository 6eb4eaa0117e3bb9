/**
 * robot.yaml as data. Strict: an unknown key is an error with its place and the nearest known key. Keys that start with `x_` are the
 * user's own and are carried along.
 * @module
 */
import { nearestName } from "../../core/nearest.ts";
import { plainValue, readSource, whereOf, type SourceValue } from "../../core/yaml/source.ts";
import { checkedAgainst, knownKeysAt } from "../../core/yaml/strict.ts";
import { manifestSchema, type ManifestSafety, type RobotManifest } from "./schema.ts";

export interface ParseManifestOptions {
  /** Named in errors; a file name. */
  readonly where?: string;
  /** Import of a manifest written for another tool: unknown keys become `x_` keys with a warning, except under `safety`. */
  readonly lenient?: boolean;
}

export interface ParsedManifest {
  readonly manifest: Omit<RobotManifest, "safety"> & { readonly safety: ManifestSafety };
  /** What `x_` keys held, by dotted path. */
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** @throws ClearanceError `format.invalid` for what is no YAML, `config.invalid` with every fault, each at its line and column */
export function parseManifest(text: string, options: ParseManifestOptions = {}): ParsedManifest {
  const where = options.where ?? "robot.yaml";
  const source = readSource(text, where);
  const warnings: string[] = [];
  const extensions: [string, unknown][] = [];
  const value = withoutOwnKeys(source, [], (path, key, held) => {
    const known = knownKeysAt(manifestSchema, path);
    if (known.length === 0 || known.includes(key)) return false;
    const dotted = (own: string): string => [...path, own].join(".");
    if (key.startsWith("x_")) {
      extensions.push([dotted(key), plainValue(held)]);
      return true;
    }
    if (options.lenient !== true || path[0] === "safety" || (path.length === 0 && nearestName(key, ["safety"]) !== undefined)) return false;
    const near = nearestName(key, known);
    warnings.push(
      `${whereOf(source, [...path, key])}: '${dotted(key)}' is not known here and kept as 'x_${key}'${near === undefined ? "" : `; did you mean '${near}'?`}`,
    );
    extensions.push([dotted(`x_${key}`), plainValue(held)]);
    return true;
  });
  const manifest = checkedAgainst(manifestSchema, value, source, where);
  const safety = source.kind === "map" ? source.entries.get("safety")?.value : undefined;
  const written = safety?.kind === "map" ? [...safety.entries].filter(([, entry]) => !isNull(entry.value)).map(([key]) => key) : [];
  return {
    manifest: { ...manifest, safety: { ...manifest.safety, written } },
    extensions: Object.fromEntries(extensions),
    warnings,
  };
}

type TakesOut = (path: readonly (string | number)[], key: string, value: SourceValue) => boolean;

/** Plain data without the keys that `takesOut` claims. */
function withoutOwnKeys(value: SourceValue, path: readonly (string | number)[], takesOut: TakesOut): unknown {
  if (value.kind === "scalar") return value.value;
  if (value.kind === "list") return value.items.map((item, index) => withoutOwnKeys(item, [...path, index], takesOut));
  const kept: [string, unknown][] = [];
  for (const [key, entry] of value.entries)
    if (!takesOut(path, key, entry.value)) kept.push([key, withoutOwnKeys(entry.value, [...path, key], takesOut)]);
  return Object.fromEntries(kept);
}

function isNull(value: SourceValue): boolean {
  return value.kind === "scalar" && value.value === null;
}
