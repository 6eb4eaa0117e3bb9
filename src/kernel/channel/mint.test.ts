import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importsOf, sourceFiles, sourceRoot } from "../../../test/source-imports.ts";
import { CommandCopy, isVetted } from "../vetted.ts";
import { Answer } from "./answer-codec.ts";
import { mintFromAnswer, type Expected } from "./mint.ts";

const nan = Number.NaN;
const expected: Expected = { request: 7, epoch: 3, nowMs: 10, deadlineMs: 20 };

function own(): CommandCopy {
  const rows = Float64Array.of(1, 2);
  return new CommandCopy({ mode: "joint_position", rows, width: 2, periodMs: 10, seq: 1, basedOnSeq: 1, validUntilMs: 100 });
}

function answer(more: Partial<Omit<Answer, "contentHash">> & { hash?: readonly [number, number] } = {}): Answer {
  const { hash = [11, 22], ...rest } = more;
  const made = new Answer();
  made.request = 7;
  made.epoch = 3;
  made.contentHash.set(hash);
  return Object.assign(made, rest);
}

const hash = Int32Array.of(11, 22);

test("mint 1 marks when everything agrees, so the refusals below mean something", () => {
  const copy = own();
  expect(mintFromAnswer(copy, expected, answer(), hash, 0, 3)).toEqual({ kind: "vetted", command: copy, margins: { checks: {} } });
  expect(isVetted(copy)).toBe(true);
});

test.for<readonly [string, Partial<Expected>, Parameters<typeof answer>[0], readonly number[], number, number, string]>([
  ["another request", {}, { request: 6 }, [11, 22], 0, 3, "channel_corrupt"],
  ["a request that is no number", {}, { request: nan }, [11, 22], 0, 3, "channel_corrupt"],
  ["a code", {}, { code: 10 }, [11, 22], 0, 3, "joint_position"],
  ["a code that is no number", {}, { code: nan }, [11, 22], 0, 3, "malformed"],
  ["a code that nobody knows", {}, { code: 9999 }, [11, 22], 0, 3, "malformed"],
  ["the stop flag", {}, {}, [11, 22], 1, 3, "estop_latched"],
  ["a later epoch now", {}, {}, [11, 22], 0, 4, "estop_latched"],
  ["an epoch changed before the judging", {}, { epoch: 4 }, [11, 22], 0, 3, "estop_latched"],
  ["judged in an older epoch", { epoch: 4 }, { epoch: 3 }, [11, 22], 0, 4, "estop_latched"],
  ["an epoch that is no number", {}, { epoch: nan }, [11, 22], 0, 3, "estop_latched"],
  ["late", { nowMs: 20.001 }, {}, [11, 22], 0, 3, "kernel_late"],
  ["no time", { nowMs: nan }, {}, [11, 22], 0, 3, "kernel_late"],
  ["no deadline", { deadlineMs: nan }, {}, [11, 22], 0, 3, "kernel_late"],
  ["other content, first lane", {}, {}, [12, 22], 0, 3, "channel_corrupt"],
  ["other content, second lane", {}, {}, [11, 23], 0, 3, "channel_corrupt"],
  ["lanes that changed places", {}, { hash: [22, 11] }, [11, 22], 0, 3, "channel_corrupt"],
])("mint 2 does not mark: %s", ([, change, told, lanes, stop, epoch, code]) => {
  const copy = own();
  const verdict = mintFromAnswer(copy, { ...expected, ...change }, answer(told), Int32Array.from(lanes), stop, epoch);
  expect(verdict).toMatchObject({ kind: "refused", code });
  expect(isVetted(copy)).toBe(false);
});

test("mint 3 only the kernel and this mint can set the mark", () => {
  const importers = sourceFiles(true)
    .flatMap((file) => importsOf(file))
    .filter(({ target }) => target === "kernel/vetted.ts")
    .map(({ file }) => file);
  const marking = importers.filter((file) => sourceOf(file).includes("markVetted"));
  expect(marking.sort()).toEqual(["kernel/channel/mint.test.ts", "kernel/channel/mint.ts", "kernel/kernel.ts"]);
  // Not reachable through the class either.
  expect(Object.getOwnPropertyNames(CommandCopy).filter((name) => /mark/i.test(name))).toEqual([]);
});

function sourceOf(file: string): string {
  return readFileSync(join(sourceRoot, file), "utf8");
}
