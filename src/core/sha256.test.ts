import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256Hex } from "./sha256.ts";

const runs = { seed: 20261121, numRuns: 300 };
const reference = (input: string | Uint8Array): string => createHash("sha256").update(input).digest("hex");

test("the vectors of FIPS 180-4", () => {
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(sha256Hex("a".repeat(1_000_000))).toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
});

test("bytes hash as in node:crypto, at every length around the block size", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 0xff);
    expect(sha256Hex(bytes)).toBe(reference(bytes));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      expect(sha256Hex(bytes)).toBe(reference(bytes));
    }),
    runs,
  );
});

test("texts hash as their UTF-8, whatever was hashed before", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 3_000 }), (text) => {
      expect(sha256Hex(text)).toBe(reference(text));
    }),
    runs,
  );
  expect(sha256Hex("robot 🤖 ü")).toBe(reference("robot 🤖 ü"));
  expect(sha256Hex("\ud800")).toBe(reference("\ufffd"));
});

test("a view into a larger buffer hashes only what it shows", () => {
  const buffer = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
  expect(sha256Hex(buffer.subarray(17, 150))).toBe(reference(buffer.slice(17, 150)));
});
