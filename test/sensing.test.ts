/**
 * What robots see, from profile to record, in both simulations.
 * @module
 */
import { describe, expect, test, vi } from "vitest";
import type { ImageStore, Picture, Sensors, StoredImage } from "../src/core/capture.ts";
import { imagesIn } from "../src/core/capture.ts";
import type { WorldSpec } from "../src/core/world-spec.ts";
import { buildRuntimeFromProfile } from "../src/profile/apply-profile.ts";
import type { RobotSetup } from "../src/profile/build-robot.ts";
import { loadProfile, type LoadedProfile } from "../src/profile/files.ts";
import { profileSchema, type RobotProfile } from "../src/profile/profile.ts";
import { parseProfile } from "../src/profile/read-profile.ts";

// A robot with pictures takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const backends = ["kinematic", "mujoco"] as const;

class Shelf implements ImageStore {
  readonly images = new Map<string, StoredImage>();
  put(image: StoredImage): void {
    this.images.set(image.sha256, image);
  }
  get(sha256: string): StoredImage | undefined {
    return this.images.get(sha256);
  }
}

async function open(profile: string | LoadedProfile, more: Partial<RobotSetup> = {}) {
  const shelf = new Shelf();
  const loaded = typeof profile === "string" ? loadProfile(profile) : profile;
  const robot = await buildRuntimeFromProfile(loaded, {
    backend: "kinematic",
    approvals: { name: "test", ask: () => Promise.resolve({ approved: true, operatorId: "test" }) },
    images: shelf,
    ...more,
  });
  robot.open({ goal: "test", policy: "test" });
  const step = async (name: string, args: Record<string, unknown> = {}) => {
    const record = await robot.runtime.step({ name, args });
    return { ...record.result, after: record.stateAfter };
  };
  return { ...robot, step, shelf };
}

function changed(name: string, change: (profile: RobotProfile) => unknown, world?: Partial<WorldSpec>): LoadedProfile {
  const loaded = loadProfile(name);
  const { profile } = loaded;
  const { cameras, range_sensor, battery } = profileSchema.parse({ ...profile, ...(change(profile) as object) });
  return { ...loaded, profile: { ...profile, cameras, range_sensor, battery }, world: { ...loaded.world, ...world } };
}

function picture<Modality extends Picture["modality"]>(sensors: Sensors | undefined, camera: string, modality: Modality) {
  return sensors!.capture({ kind: "picture", camera, modality }) as Extract<Picture, { modality: Modality }>;
}

describe("both simulations see the same", () => {
  const person = { people: [{ name: "ann", heightM: 1.7, radiusM: 0.25, walk: [{ atS: 0, feetM: [2.5, 0.5, 0] as const }] }] };

  /** Shares of pixels with the same name, and of those with the same depth within a centimetre or one percent. */
  async function agreement(loaded: LoadedProfile, camera: string, ofRobot: boolean, first?: string) {
    const look = async (backend: RobotSetup["backend"]): Promise<Sensors | undefined> => {
      const robot = await open(loaded, { backend });
      if (first !== undefined) expect((await robot.step(first)).status).toBe("ok");
      return robot.backend.sensors;
    };
    const [own, physical] = await Promise.all(backends.map(look));
    const [a, b] = [picture(own, camera, "segmentation"), picture(physical, camera, "segmentation")];
    const [near, far] = [picture(own, camera, "depth").depthM, picture(physical, camera, "depth").depthM];
    expect(a.worldFromCamera.position).toEqual(b.worldFromCamera.position.map((part) => expect.closeTo(part, 2)));
    let [named, deep, n] = [0, 0, 0];
    const robots = /^panda/;
    for (let pixel = 0; pixel < a.segments.length; pixel++) {
      const [one = "", other = ""] = [a.names[a.segments[pixel]! - 1], b.names[b.segments[pixel]! - 1]];
      if (!ofRobot && (robots.test(one) || robots.test(other))) continue;
      n += 1;
      if (one.replace(robots, "robot") === other.replace(robots, "robot") || (robots.test(one) && robots.test(other))) named += 1;
      if (near[pixel] === far[pixel] || Math.abs(near[pixel]! - far[pixel]!) <= 0.01 + 0.01 * near[pixel]!) deep += 1;
    }
    return { named: named / n, deep: deep / n, n };
  }

  test.for([
    ["turtlebot", "front"],
    ["spot", "front", "stand"],
    ["tello", "front", "takeoff"],
    ["tello", "down", "takeoff"],
  ] as const)("%s, camera %s, with somebody in the room: 99 % of the pixels", async ([name, camera, first]) => {
    const seen = await agreement(
      changed(name, () => ({}), person),
      camera,
      true,
      first,
    );
    expect(seen.named).toBeGreaterThan(0.99);
    expect(seen.deep).toBeGreaterThan(0.99);
  });

  test("the arm at its table: 99 % of what is not the arm, whose capsules hold more than its body", async () => {
    const seen = await agreement(loadProfile("arm"), "scene", false);
    expect(seen.n).toBeGreaterThan(60_000);
    expect(seen.named).toBeGreaterThan(0.99);
    expect(seen.deep).toBeGreaterThan(0.99);
    expect((await agreement(loadProfile("arm"), "scene", true)).named).toBeGreaterThan(0.95);
  });

  test("rings of ranges are the same numbers", async () => {
    const [own, physical] = await Promise.all(
      backends.map(async (backend) =>
        (
          await open(
            changed("turtlebot", () => ({}), person),
            { backend },
          )
        ).backend.sensors!.capture({ kind: "ranges" }),
      ),
    );
    expect(own).toEqual(physical);
    expect(own).toMatchObject({ kind: "ranges", maxM: 12 });
  });

  test("the person is in the colours too", async () => {
    for (const backend of backends) {
      const empty = picture((await open("turtlebot", { backend })).backend.sensors, "front", "rgb").rgba;
      const somebody = picture(
        (
          await open(
            changed("turtlebot", () => ({}), person),
            { backend },
          )
        ).backend.sensors,
        "front",
        "rgb",
      ).rgba;
      expect(somebody.filter((byte, i) => byte !== empty[i]).length).toBeGreaterThan(1000);
    }
  });
});

describe("runtime.md §7.2: sensing", () => {
  test.for(backends)("take_photo keeps a picture and says what is in it (%s)", async (backend) => {
    const { step, shelf } = await open("arm", { backend });
    const { status, observation, message } = await step("take_photo");
    expect(status).toBe("ok");
    const [sha256] = imagesIn(observation);
    // The pictures it measured by are not kept.
    expect([...shelf.images.keys()]).toEqual([sha256]);
    expect(Array.from(shelf.get(sha256!)!.bytes.subarray(1, 4))).toEqual([80, 78, 71]);
    expect(observation).toMatchObject({
      image: { sha256, media_type: "image/png", camera: "scene", modality: "rgb", width: 320, height: 240 },
      camera: { name: "scene", position: [1.35, -0.95, 0.85] },
      nearest_m: expect.closeTo(0.9, 0),
    });
    const names = (observation["things"] as { name: string; share: number }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["floor", "table", "robot", "red_cube", "green_cube", "blue_cube", "bin"]));
    expect(message).toContain("photo by scene");
    const wrist = await step("take_photo", { camera: "wrist" });
    expect(wrist.observation).toMatchObject({ image: { camera: "wrist" } });
  });

  test("the same seed is the same picture, another one is another", async () => {
    const hash = async (seed: number) => imagesIn((await (await open("arm", { seed })).step("take_photo")).observation)[0];
    expect(await hash(3)).toBe(await hash(3));
    expect(await hash(3)).not.toBe(await hash(4));
  });

  test("a camera that is not there is an error that names those that are, and no picture", async () => {
    const { step, shelf } = await open("tello");
    expect(await step("take_photo", { camera: "back" })).toMatchObject({
      status: "error",
      message: "there is no camera 'back'; there are front, down",
      observation: {},
    });
    expect(shelf.images.size).toBe(0);
  });

  test("sense reads what is offered and lists it otherwise", async () => {
    const { step, shelf } = await open("spot");
    for (const modality of ["rgb", "depth", "segmentation"]) {
      expect(await step("sense", { modality })).toMatchObject({ status: "ok", observation: { image: { modality } } });
    }
    expect(shelf.images.size).toBe(3);
    expect((await step("sense")).observation).toMatchObject({ image: { modality: "rgb" } });
    expect((await step("sense", { modality: "joints" })).observation).toMatchObject({ joints: { x: { position: 0, speed: 0 } } });
    expect((await step("sense", { modality: "state" })).observation).toMatchObject({ held_object: null, battery_pct: 100 });
    expect((await step("sense", { modality: "ranges" })).observation).toMatchObject({ n_rays: 360 });
    expect(await step("sense", { modality: "wrench" })).toMatchObject({
      status: "error",
      message: "this robot does not sense 'wrench'; it offers rgb, depth, segmentation, ranges, joints, state",
    });
  });

  test("scan_360 measures all round: the nearest, at most 72 numbers, null for nothing", async () => {
    const { step } = await open("turtlebot");
    const { status, observation } = await step("scan_360");
    expect(status).toBe("ok");
    const ranges = observation["ranges_m"] as (number | null)[];
    expect(ranges.length).toBe(72);
    expect(ranges).toContain(null);
    // Pillar a at (3, 2), radius 0.3.
    const pillarM = Math.hypot(3, 2) - 0.3;
    expect(observation).toMatchObject({ n_rays: 360, max_m: 12, nearest: { range_m: expect.closeTo(pillarM, 2) } });
    expect(Math.min(...ranges.filter((range) => range !== null))).toBeCloseTo(pillarM, 2);
    expect(Math.abs(Math.abs((observation["nearest"] as { direction_rad: number }).direction_rad) - 0.588)).toBeLessThan(Math.PI);
    const tello = await (await open("tello")).step("scan_360");
    expect(tello.observation["ranges_m"]).toHaveLength(72);
  });

  test("read_battery reads it, 0 is a value, and no battery is an error", async () => {
    expect(await (await open("spot")).step("read_battery")).toMatchObject({ status: "ok", observation: { battery_pct: 100 } });
    const empty = await open(changed("spot", ({ battery }) => ({ battery: { ...battery, start_pct: 0 } })));
    expect(await empty.step("read_battery")).toMatchObject({ status: "ok", observation: { battery_pct: 0 }, after: { battery_pct: 0 } });
    expect((await empty.step("rotate", { dtheta: 1 })).status).toBe("error");
    const mains = await open(changed("spot", () => ({ battery: undefined })));
    expect(await mains.step("read_battery")).toMatchObject({ status: "error", message: "battery not reported" });
  });

  test("driving drains it, and the trace says how far", async () => {
    const { step } = await open("tello");
    const before = await step("read_battery");
    expect((await step("takeoff")).status).toBe("ok");
    const after = await step("read_battery");
    const [full, less] = [before, after].map(({ observation }) => Number(observation["battery_pct"]));
    expect(less).toBeLessThan(full!);
    expect(after.after).toMatchObject({ battery_pct: less });
  });
});

describe("what a profile may ask for", () => {
  test.for<[string, (profile: RobotProfile) => unknown, string]>([
    ["no camera", () => ({ cameras: [] }), "category sensing needs cameras"],
    ["no range sensor", () => ({ range_sensor: undefined }), "category sensing needs range_sensor (for scan_360)"],
    ["an unknown link", ({ cameras }) => ({ cameras: [{ ...cameras[0], link: "bodi" }] }), "no link 'bodi'; did you mean 'body'?"],
  ])("sensing with %s does not start", async ([, change, problem]) => {
    for (const backend of backends) await expect(open(changed("turtlebot", change), { backend })).rejects.toThrow(problem);
  });

  test.for([
    ["{ name: a, position: [0, 0, 1] }", "give look_at or forward"],
    ["{ name: a, position: [0, 0, 1], look_at: [1, 0, 0], forward: [1, 0, 0] }", "give look_at or forward"],
    ["{ name: a, position: [0, 0, 1], forward: [1, 0, 0], width: 8 }", "width"],
    ["{ name: a, position: [0, 0, 1], forward: [1, 0, 0], height: 5000 }", "height"],
    ["{ name: a, position: [0, 0, 1], forward: [1, 0, 0], fov_deg: 180 }", "fov_deg"],
    ["{ name: ../a, position: [0, 0, 1], forward: [1, 0, 0] }", "name"],
    ["{ name: a, position: [0, 0, .nan], forward: [1, 0, 0] }", "finite"],
    ["{ name: a, positon: [0, 0, 1], forward: [1, 0, 0] }", "position"],
  ] as const)("camera %s is refused: %s", ([camera, problem]) => {
    const text = `name: x\nrobot: { urdf: x.urdf }\ncameras:\n  - ${camera}\n`;
    expect(() => parseProfile(text, "x.yaml")).toThrow(problem);
  });

  test("the arm has what its cameras can answer, and the gantry nothing", async () => {
    const arm = (await open("arm")).registry.names();
    expect(["take_photo", "sense", "scan_360", "read_battery"].map((name) => arm.includes(name))).toEqual([true, true, false, false]);
    const gantry = (await open("gantry")).registry.names();
    expect(gantry).not.toContain("take_photo");
    expect((await open("spot")).registry.names().length).toBe(12);
  });
});
