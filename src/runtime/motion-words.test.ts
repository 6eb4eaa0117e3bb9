import { expect, test } from "vitest";
import { buildRuntimeFromProfile } from "../profile/apply-profile.ts";
import { loadProfile } from "../profile/files.ts";
import type { ApprovalRequest } from "./approvals.ts";
import { motionWords } from "./motion-words.ts";

test("a person is told where, how long, how fast and how hard", () => {
  const motion = { fromInWorld: [0, 0, 1], toInWorld: [[2.83276944882399e-16, 1, 1]], durationMs: 2140, fastestMps: 0.49999999 } as const;
  expect(motionWords(motion)).toBe("from (0, 0, 1) to (0, 1, 1), 2.1 s, at most 0.5 m/s");
  expect(motionWords({ ...motion, forceN: 40 })).toMatch(/, gripping with 40 N$/);
  expect(motionWords({ ...motion, toInWorld: [], fastestMps: 0 })).toBe("2.1 s");
});

test("what is asked is what was planned: its speed is that of the cap, its force that of the grip", async () => {
  const loaded = loadProfile("arm");
  const asked: ApprovalRequest[] = [];
  const profile = { ...loaded.profile, hitl_primitives: ["pick", "set_gripper"] };
  const { runtime, backend } = await buildRuntimeFromProfile(
    { ...loaded, profile },
    {
      backend: "kinematic",
      approvals: {
        name: "test",
        ask: (request) => {
          asked.push(request);
          return Promise.resolve({ approved: false, operatorId: "person" });
        },
      },
    },
  );
  await using _ = backend;
  for (const [name, args] of [
    ["pick", { object: "red_cube" }],
    ["set_gripper", { state: "close", force: 40 }],
  ] as const)
    expect((await runtime.step({ name, args })).result.status).toBe("blocked");
  const [pick, grip] = asked.map(({ motion }) => motion);
  expect(pick!.fastestMps).toBeGreaterThan(0.3);
  expect(pick!.fastestMps).toBeLessThanOrEqual(profile.max_velocity! * 1.000001);
  expect(grip).toMatchObject({ fastestMps: 0, forceN: 40 });
});
