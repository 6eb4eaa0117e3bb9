import { expect, test } from "vitest";
import { gantry } from "../robot/testing/gantry.ts";
import { CommandDoor } from "./command-door.ts";
import type { Vetted } from "./command.ts";
import { createKernel } from "./kernel.ts";

const robot = gantry();
const still = Float64Array.from(robot.homeRad);

function kernel(): (seq: number, validUntilMs?: number) => Vetted {
  const { vet } = createKernel({ robot, gripper: false, modes: ["joint_position"] });
  return (seq, validUntilMs = 1000) => {
    const command = { mode: "joint_position", rows: still, width: 4, periodMs: 10, seq, basedOnSeq: 0, validUntilMs } as const;
    const verdict = vet(command, { nowMs: 0, measuredRad: still });
    if (verdict.kind === "refused") throw new Error(verdict.reason);
    return verdict.command;
  };
}

const code = (expected: string): Error => expect.objectContaining({ code: expected }) as Error;

test("kernel 22 a vetted command goes through one door once, and then through no other", () => {
  const vetted = kernel();
  const [door, other] = [new CommandDoor("a"), new CommandDoor("b")];
  const command = vetted(1);
  door.look(command);
  door.enter(command, 0);
  expect(() => door.enter(command, 0)).toThrow("command 1 was executed before; a takes a command once");
  expect(() => door.look(command)).toThrow(code("command.repeated"));
  expect(() => other.enter(command, 0)).toThrow(code("command.repeated"));
});

test("kernel 22 order is that of the verdicts, whichever kernel gave them and however it counts", () => {
  const [first, second] = [kernel(), kernel()];
  const door = new CommandDoor("a");
  const overtaken = first(7);
  door.enter(first(8), 0);
  expect(() => door.enter(overtaken, 0)).toThrow("a does not execute command 7: it was vetted before a stop, or before a command");
  door.enter(second(1), 0);
  // A refusal used nothing up.
  new CommandDoor("b").enter(overtaken, 0);
});

test("kernel 22 what was vetted before a stop is not executed after it", () => {
  const vetted = kernel();
  const door = new CommandDoor("a");
  const early = vetted(1);
  door.shut();
  expect(() => door.enter(early, 0)).toThrow(code("command.outdated"));
  door.enter(vetted(2), 0);
});

test("kernel 22 validity ends with its last millisecond, and a clock without a time opens nothing", () => {
  const vetted = kernel();
  const door = new CommandDoor("a");
  expect(() => door.enter(vetted(1, 50), 50.001)).toThrow("a does not execute command 1: it was valid until 50 ms, and it is 50.001 ms");
  expect(() => door.enter(vetted(2, 50), NaN)).toThrow(code("command.outdated"));
  door.enter(vetted(3, 50), 50);
});

test("kernel 22 what no kernel made, or what changed on its way, is not vetted", () => {
  const door = new CommandDoor("a");
  const command = kernel()(1);
  for (const forged of [{ ...command }, Object.create(command), null, undefined, 1])
    expect(() => door.enter(forged as Vetted, 0)).toThrow(code("command.unvetted"));
  command.rows[0] = command.rows[0]! + 1e-9;
  expect(() => door.enter(command, 0)).toThrow(code("command.unvetted"));
});
