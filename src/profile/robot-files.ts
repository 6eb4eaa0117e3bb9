/**
 * Robot descriptions, meshes and manifests from disk. Node only.
 * @module
 */
import { dirname, extname, join, resolve } from "node:path";
import { loadMujoco } from "../backend/mujoco/index.ts";
import { prepareSpec } from "../backend/mujoco/prepare-spec.ts";
import { ClearanceError } from "../core/errors.ts";
import { sha256Hex } from "../core/sha256.ts";
import { bodyFromMjcf, bodyFromUrdf, type RobotBody } from "../robot/lowering/lower-files.ts";
import { selectLowering, type LoweringRoute } from "../robot/lowering/select-lowering.ts";
import { readAssetReference } from "../robot/manifest/asset-reference.ts";
import type { ParsedManifest } from "../robot/manifest/parse-manifest.ts";
import { compiledMjcfFrom } from "../robot/mjcf-arrays.ts";
import { parseSrdf, type Srdf } from "../robot/srdf.ts";
import type { MeshSource } from "../robot/urdf-shapes.ts";
import { assetsBeside, readBytes, readText } from "./files.ts";
import { referredFiles } from "./open-mujoco-robot.ts";

export interface SourceFile {
  /** As the manifest would name it. */
  readonly file: string;
  readonly path: string;
  readonly sha256: string;
}

export interface RobotFileOptions {
  /** Beside or in place of what a manifest names. */
  readonly srdf?: string | undefined;
  readonly urdf?: string | undefined;
  readonly mjcf?: string | undefined;
  readonly allowMissing?: readonly string[];
  /** Only the allowed pairs are wanted: the bodies are not read. */
  readonly acmOnly?: boolean;
}

export type RobotFileKind = "urdf" | "mjcf" | "manifest";

/** By its suffix. @throws ClearanceError `config.invalid` */
export function robotFileKind(path: string): RobotFileKind {
  const suffix = extname(path).toLowerCase();
  if (suffix === ".urdf") return "urdf";
  if (suffix === ".xml" || suffix === ".mjcf") return "mjcf";
  if (suffix === ".yaml" || suffix === ".yml") return "manifest";
  const problem = `${path}: a robot is a manifest (robot.yaml), a URDF (.urdf) or an MJCF (.xml)`;
  throw new ClearanceError("config.invalid", problem, { source: path, problems: [problem] });
}

export function sourceFile(path: string, file: string): SourceFile {
  return { file, path, sha256: sha256Hex(readBytes(path, "robot description")) };
}

export async function readRobotBody(path: string, options: RobotFileOptions = {}): Promise<RobotBody> {
  if (robotFileKind(path) === "mjcf") return bodyFromMjcf(await compileMjcf(path));
  return bodyFromUrdf(readText(path, "robot description"), {
    where: path,
    meshes: meshesBeside(path),
    ...(options.srdf === undefined ? {} : { srdf: readText(options.srdf, "SRDF") }),
    ...(options.allowMissing === undefined ? {} : { allowMissing: options.allowMissing }),
  });
}

export interface ManifestFiles {
  readonly route: LoweringRoute | undefined;
  readonly body: RobotBody | undefined;
  readonly srdf: Srdf | undefined;
  readonly sources: readonly SourceFile[];
  /** References that are not files here. */
  readonly unresolved: readonly string[];
}

/** The files that a manifest is lowered from. What is not on this disk (`rd:`, `menagerie:` …) comes by option, or is left out and named. */
export async function readManifestFiles(
  path: string,
  { manifest }: ParsedManifest,
  options: RobotFileOptions = {},
): Promise<ManifestFiles> {
  const unresolved: string[] = [];
  const sources: SourceFile[] = [];
  const resolved = (reference: string | undefined, given: string | undefined): string | undefined => {
    if (given !== undefined) return given;
    if (reference === undefined) return undefined;
    const read = readAssetReference(reference);
    if (typeof read === "object" && read.scheme === "file") return join(dirname(path), read.name);
    unresolved.push(reference);
    return undefined;
  };
  const { assets } = manifest;
  const urdf = resolved(assets?.urdf?.ref, options.urdf);
  const srdfPath = resolved(assets?.srdf, options.srdf);
  const mjcf = resolved(assets?.mjcf, options.mjcf);
  const used = (file: string | undefined): void => {
    if (file !== undefined) sources.push(sourceFile(file, relativeTo(path, file)));
  };
  let urdfBody: RobotBody | undefined;
  const urdfYieldsShapes = (): boolean => {
    if (urdf === undefined || options.acmOnly === true) return false;
    urdfBody ??= bodyFromUrdf(readText(urdf, "URDF"), {
      where: urdf,
      meshes: meshesBeside(urdf),
      ...(options.allowMissing === undefined ? {} : { allowMissing: options.allowMissing }),
    });
    return urdfBody.shapesOfLink.some((shapes) => shapes.length > 0);
  };
  const hasFiles = assets !== undefined || urdf !== undefined || mjcf !== undefined;
  const route = hasFiles ? selectLowering({ name: manifest.name, assets }, urdfYieldsShapes, true) : undefined;
  used(srdfPath);
  const srdf = srdfPath === undefined ? undefined : parseSrdf(readText(srdfPath, "SRDF"), srdfPath);
  if (route === "mjcf") used(mjcf);
  else used(urdf);
  const body =
    route === "mjcf"
      ? mjcf === undefined || options.acmOnly === true
        ? undefined
        : bodyFromMjcf(await compileMjcf(mjcf))
      : urdfYieldsShapes()
        ? urdfBody
        : undefined;
  return { route, body, srdf, sources, unresolved };
}

async function compileMjcf(path: string) {
  const xml = readText(path, "robot description");
  const source = { xml, where: path, files: referredFiles(path), kind: "mjcf" } as const;
  const prepared = prepareSpec(await loadMujoco(), source, { periodS: 0.002, stripVisuals: true, nObjects: 0 });
  try {
    const model = prepared.compile();
    try {
      return compiledMjcfFrom(model);
    } finally {
      model.delete();
    }
  } finally {
    prepared.dispose();
  }
}

/** By the path that the file writes, without scheme and package; else the file beside it whose path ends most like it. */
function meshesBeside(path: string): MeshSource {
  let assets: ReadonlyMap<string, string> | undefined;
  return (uri) => {
    const written = uri.replace(/^package:\/\/[^/]+\//, "").replace(/^file:\/\//, "");
    const direct = bytesAt(resolve(dirname(path), written));
    if (direct !== undefined) return direct;
    assets ??= assetsBeside(path);
    const parts = written.split("/").filter((part) => part !== "");
    for (let from = 0; from < parts.length - 1; from++) {
      const suffix = `/${parts.slice(from).join("/")}`;
      const found = [...assets].find(([name]) => `/${name}`.endsWith(suffix));
      if (found !== undefined) return bytesAt(found[1]);
    }
    return undefined;
  };
}

function bytesAt(path: string): Uint8Array | undefined {
  try {
    return readBytes(path, "mesh");
  } catch {
    // Absent is an answer here: the lowering then names link and file.
    return undefined;
  }
}

function relativeTo(manifest: string, file: string): string {
  const folder = `${resolve(dirname(manifest))}/`;
  const full = resolve(file);
  return full.startsWith(folder) ? full.slice(folder.length) : file;
}
