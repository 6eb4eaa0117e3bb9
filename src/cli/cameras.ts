import type { Backend } from "../backend/backend.ts";
import { defaultCamera } from "../core/capture.ts";
import { UsageError } from "./usage.ts";

/** Before anything moves: cameras that cannot take a colour picture, or any where there is none. @throws UsageError that names those there are */
export function refuseUnknownCameras(asked: readonly string[], { name, sensors }: Backend): void {
  const there = (sensors?.cameras ?? []).filter(({ modalities }) => modalities.includes("rgb")).map((camera) => camera.name);
  const unknown = asked.find((camera) => !there.includes(camera) && !(camera === defaultCamera && there.length > 0));
  if (unknown === undefined) return;
  const known = there.length === 0 ? `the robot on backend ${name} has none` : `there are ${there.join(", ")}`;
  throw new UsageError(`--camera: no camera '${unknown}'; ${known}`);
}
