import type { Observation } from "../../core/observation.ts";
import type { VisualScene, VisualShot } from "../../core/visual-scene.ts";
import type { PosedCamera } from "./rig.ts";

/** Draws colour pictures in place of rays. */
export interface Renderer {
  /** Stands beside each picture that it made: lower case letters and hyphens. */
  readonly name: string;
  /**
   * Shape `[height, width, 4]`: red, green, blue, 255. The same scene and shot give the same bytes on one machine. A scene is told from
   * another by identity, so keep it.
   * @throws ClearanceError `sensor.unavailable` where no picture comes, or not in time; the next one may
   */
  render(scene: VisualScene, shot: VisualShot): Promise<Uint8Array>;
}

/** A simulated world as a renderer takes it. */
export interface Visuals {
  readonly scene: VisualScene;
  /** As it is now. */
  shot(camera: PosedCamera, seen: Pick<Observation, "qRad" | "objects" | "atMs">): VisualShot;
}
