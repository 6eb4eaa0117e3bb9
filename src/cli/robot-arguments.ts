/** What `clearance robot …` was asked to do. */
export interface RobotArguments {
  readonly path: string;
  readonly srdf: string | undefined;
  readonly urdf: string | undefined;
  readonly mjcf: string | undefined;
  readonly out: string | undefined;
  readonly marginM: number;
  /** `NAME`, or `NAME=q1,q2,…`. */
  readonly homes: readonly string[];
  readonly allowMissing: readonly string[];
  readonly jointMatch: "name" | "order";
  readonly write: boolean;
  readonly single: boolean;
  readonly accept: boolean;
  readonly lenient: boolean;
  readonly real: boolean;
  readonly spheres: boolean;
  readonly acmOnly: boolean;
  readonly geometryOnly: boolean;
  readonly json: boolean;
}
