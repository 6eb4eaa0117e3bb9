import { assert, constantFrom, double, property } from "fast-check";
import { expect, test } from "vitest";
import { bodyRegions, type BodyRegion } from "./body-regions.ts";
import { contactSpeed, slowestContact, type ContactParameters } from "./power-and-force.ts";

const seed = 20261121;
/** m_R = 18 / 2 + 2 = 11 kg. */
const arm: ContactParameters = { movingMassKg: 18, payloadKg: 2, contact: "transient" };

test("transient contact with a hand, by hand", () => {
  // mu = 1 / (1 / 0.6 + 1 / 11) = 0.568966 kg; sqrt(mu · 75000) = 206.572; F = 2 · 140 = 280 N (190 N/cm² on 1 cm² would be 380 N).
  const { speedMps, forceN, massKg, region } = contactSpeed("hands_and_fingers", arm);
  expect([forceN, region]).toEqual([280, "hands_and_fingers"]);
  expect(massKg).toBeCloseTo(0.568966, 6);
  expect(speedMps).toBeCloseTo(280 / 206.572, 4);
});

test("the chest: the pressure on 1 cm² is the tighter limit, on 2 cm² the force", () => {
  // mu = 40 · 11 / 51 = 8.62745 kg; sqrt(mu · 25000) = 464.420; 2 · 120 = 240 N, then 2 · 140 = 280 N.
  expect(contactSpeed("chest", arm).speedMps).toBeCloseTo(240 / 464.42, 4);
  expect(contactSpeed("chest", { ...arm, contactAreaCm2: 2 }).speedMps).toBeCloseTo(280 / 464.42, 4);
});

test("clamped: the whole robot mass, and no multiplier", () => {
  // sqrt(11 · 75000) = 908.295
  expect(contactSpeed("hands_and_fingers", { ...arm, contact: "quasi-static" }).speedMps).toBeCloseTo(140 / 908.295, 5);
});

test("head and face: contact is not permitted, clamped or not", () => {
  for (const name of ["skull_and_forehead", "face"])
    for (const contact of ["transient", "quasi-static"] as const) expect(contactSpeed(name, { ...arm, contact }).speedMps).toBe(0);
});

test("an unknown region is the strictest, and no region named means every one", () => {
  expect(contactSpeed("tail", arm).speedMps).toBe(0);
  expect(slowestContact([], arm).speedMps).toBe(0);
  expect(slowestContact(["hands_and_fingers", "elbow?"], arm).speedMps).toBe(0);
  const bodyOnly = bodyRegions.filter((region) => region.transientMultiplier !== null);
  const each = bodyOnly.map((region) => contactSpeed(region.name, { ...arm, regions: bodyOnly }).speedMps);
  expect(contactSpeed("tail", { ...arm, regions: bodyOnly }).speedMps).toBe(Math.min(...each));
  expect(contactSpeed("tail", { ...arm, regions: [] })).toMatchObject({ speedMps: 0, region: "none" });
});

test("the slowest of the regions named decides", () => {
  const { region, speedMps } = slowestContact(["hands_and_fingers", "chest", "upper_arms_and_elbows"], arm);
  expect([region, speedMps]).toEqual(["chest", contactSpeed("chest", arm).speedMps]);
});

test("an unchecked force counts only below the smallest checked one", () => {
  // Smallest checked: 110 N, the abdomen's. Neck 150, thighs 220, lower legs 130 are unchecked.
  for (const name of ["neck", "thighs_and_knees", "lower_legs"]) expect([name, contactSpeed(name, arm).forceN]).toEqual([name, 220]);
  expect(contactSpeed("pelvis", arm).forceN).toBe(360);
  const weak = bodyRegions.map((region): BodyRegion => (region.name === "neck" ? { ...region, forceN: 50 } : region));
  expect(contactSpeed("neck", { ...arm, regions: weak }).forceN).toBe(100);
});

test("bad input: NaN, negative and infinite numbers permit no contact", () => {
  for (const more of [
    { movingMassKg: Number.NaN },
    { movingMassKg: 0 },
    { movingMassKg: -1 },
    { payloadKg: Number.NaN },
    { payloadKg: -1 },
    { contactAreaCm2: Number.NaN },
    { contactAreaCm2: -1 },
    { contactAreaCm2: 0 },
  ])
    expect([more, contactSpeed("hands_and_fingers", { ...arm, ...more }).speedMps]).toEqual([more, 0]);
  for (const field of ["forceN", "pressureNPerCm2", "stiffnessNPerM", "effectiveMassKg", "transientMultiplier"] as const)
    for (const value of [Number.NaN, -1, 0]) {
      const regions = bodyRegions.map((region): BodyRegion => (region.name === "chest" ? { ...region, [field]: value } : region));
      expect([field, value, contactSpeed("chest", { ...arm, regions }).speedMps]).toEqual([field, value, 0]);
    }
});

test("property: a heavier robot, a heavier load or a smaller contact is never faster, and clamping is never faster than an impact", () => {
  const names = bodyRegions.map((region) => region.name);
  const mass = double({ min: 0.1, max: 100, noNaN: true });
  assert(
    property(
      constantFrom(...names),
      mass,
      mass,
      mass,
      double({ min: 0.1, max: 3, noNaN: true }),
      (name, movingMassKg, payloadKg, more, area) => {
        const one = { movingMassKg, payloadKg, contact: "transient", contactAreaCm2: area } as const;
        const { speedMps } = contactSpeed(name, one);
        expect(contactSpeed(name, { ...one, movingMassKg: movingMassKg + more }).speedMps).toBeLessThanOrEqual(speedMps);
        expect(contactSpeed(name, { ...one, payloadKg: payloadKg + more }).speedMps).toBeLessThanOrEqual(speedMps);
        expect(contactSpeed(name, { ...one, contactAreaCm2: area / 2 }).speedMps).toBeLessThanOrEqual(speedMps);
        expect(contactSpeed(name, { ...one, contact: "quasi-static" }).speedMps).toBeLessThanOrEqual(speedMps);
      },
    ),
    { numRuns: 500, seed },
  );
});

test("the table has each region of the model once, and twice the limit for a transient contact but on the head", () => {
  expect(new Set(bodyRegions.map((region) => region.name)).size).toBe(12);
  expect(bodyRegions.filter((region) => region.transientMultiplier !== 2).map((region) => region.name)).toEqual([
    "skull_and_forehead",
    "face",
  ]);
  expect(Object.isFrozen(bodyRegions) && bodyRegions.every((region) => Object.isFrozen(region))).toBe(true);
});
