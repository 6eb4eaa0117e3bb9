/**
 * Which of a manifest's files the lowering starts from.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { readAssetReference } from "../manifest/asset-reference.ts";
import type { RobotManifest } from "../manifest/schema.ts";

/** `srdf`: geometry by the URDF, pairs by the maker; `sampling`: geometry by the URDF, pairs by sampling; `mjcf`: kinematics and pairs by the MJCF. */
export type LoweringRoute = "srdf" | "sampling" | "mjcf";

/**
 * `urdfYieldsShapes`: whether the URDF has collision geometry that can be read; asked at most once. A robot description that lives in
 * a running ROS system (`ros2://`) is no static URDF. @throws ClearanceError `config.invalid` where there is nothing to lower
 */
export function selectLowering(
  manifest: Pick<RobotManifest, "name" | "assets">,
  urdfYieldsShapes: () => boolean,
  acknowledgeEmpty = false,
): LoweringRoute {
  const { urdf, mjcf, srdf } = manifest.assets ?? {};
  const reference = urdf === undefined ? undefined : readAssetReference(urdf.ref);
  const isStatic = typeof reference === "object" && reference.scheme !== "ros2";
  if (srdf !== undefined && isStatic) return "srdf";
  if (isStatic && urdfYieldsShapes()) return "sampling";
  if (mjcf !== undefined) return "mjcf";
  if (isStatic && acknowledgeEmpty) return "sampling";
  const problem = isStatic ? "its URDF has no collision geometry, and there is no MJCF" : "it names no URDF and no MJCF";
  throw new ClearanceError("config.invalid", `${manifest.name}: nothing to lower: ${problem}; add assets.urdf or assets.mjcf`, {
    source: manifest.name,
    problems: [problem],
  });
}
