/**
 * What the page is told from outside: a scene, then pictures of it, as JSON; pixels go back in base64.
 * @module
 */
import type { VisualScene, VisualShot } from "../../../core/visual-scene.ts";
import { Stage } from "./stage.ts";

export interface PageStage {
  load(sceneJson: string): void;
  /** `parts`: which part each pixel shows, in place of its colour. */
  draw(shotJson: string, parts: boolean): string;
}

const stage = new Stage();

const told: PageStage = {
  load: (sceneJson) => stage.load(JSON.parse(sceneJson) as VisualScene),
  draw(shotJson, parts) {
    const shot = JSON.parse(shotJson) as VisualShot;
    return base64(parts ? stage.drawParts(shot) : stage.draw(shot));
  },
};
Reflect.set(globalThis, "clearanceStage", told);

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 32_768) text += String.fromCharCode(...bytes.subarray(from, from + 32_768));
  return btoa(text);
}
