import { expect, test } from "vitest";
import type { Observation } from "../core/observation.ts";
import { ObservationTimes } from "./observation-times.ts";

test("the newest 64 observations are dated, older ones are not", () => {
  const times = new ObservationTimes();
  const observation = (seq: number): Observation => ({
    id: `obs-${seq}`,
    seq,
    atMs: 10 * seq,
    qRad: [],
    qdRadPerS: [],
    worldFromTip: { position: [0, 0, 0], orientation: [1, 0, 0, 0] },
    tipSpeedMps: 0,
    objects: [],
    ageMs: {},
  });
  expect(times.madeAtMs("obs-0")).toBeUndefined();
  for (let seq = 0; seq < 100; seq++) times.note(observation(seq));
  expect([35, 36, 99, 100].map((seq) => times.madeAtMs(`obs-${seq}`))).toEqual([undefined, 360, 990, undefined]);
});
