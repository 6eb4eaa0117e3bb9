import type { ObjectSpec } from "./world-spec.ts";

/** Half the height of an object as it stands upright, m. */
export function halfHeightM({ shape }: ObjectSpec): number {
  switch (shape.kind) {
    case "box":
      return shape.halfM[2];
    case "sphere":
      return shape.radiusM;
    case "cylinder":
      return shape.halfHeightM;
    default:
      return shape satisfies never;
  }
}
