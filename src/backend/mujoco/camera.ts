import { cos, sin } from "../../core/elementary.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { Vec3 } from "../../core/vec3.ts";

/** A pinhole in the world. */
export interface Camera {
  readonly fromM: Vec3;
  readonly atM: Vec3;
  /** What is up in the picture, as far as the view leaves it free; the world's z unless given. */
  readonly up?: Vec3;
  readonly verticalFovRad: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** The unit direction through a point of the picture: `column` and `row` in pixels from the top left corner, fractions allowed. */
export type DirectionInto = (column: number, row: number, out: Float64Array, offset: number) => void;

/** Throws `value.invalid` for a camera that sees nothing. */
export function cameraDirections(camera: Camera): DirectionInto {
  const { fromM, atM, width, height, verticalFovRad } = camera;
  const forward = unit([atM[0] - fromM[0], atM[1] - fromM[1], atM[2] - fromM[2]]);
  const right = unit(rightOf(forward, camera.up));
  const up = [
    right[1] * forward[2] - right[2] * forward[1],
    right[2] * forward[0] - right[0] * forward[2],
    right[0] * forward[1] - right[1] * forward[0],
  ];
  const half = sin(verticalFovRad / 2) / cos(verticalFovRad / 2);
  const whole = Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1;
  if (!(half > 0 && half < 100 && whole && forward.every(Number.isFinite)))
    throw new ClearanceError("value.invalid", "camera: give fromM and atM apart, 0 < verticalFovRad < 3, and whole numbers of pixels", {
      field: "camera",
      problem: "sees nothing",
    });
  return (column, row, out, offset) => {
    const u = ((2 * column) / width - 1) * half * (width / height);
    const v = (1 - (2 * row) / height) * half;
    const length = Math.sqrt(1 + u * u + v * v);
    for (let k = 0; k < 3; k++) out[offset + k] = (forward[k]! + u * right[k]! + v * up[k]!) / length;
  };
}

function rightOf([x, y, z]: Vec3, up: Vec3 | undefined): Vec3 {
  if (up !== undefined) return [y * up[2] - z * up[1], z * up[0] - x * up[2], x * up[1] - y * up[0]];
  // Looking straight up or down, world y is up in the picture.
  return Math.abs(z) > 0.999 ? [1, 0, 0] : [y, -x, 0];
}

function unit(v: Vec3): Vec3 {
  const length = Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  return [v[0] / length, v[1] / length, v[2] / length];
}
