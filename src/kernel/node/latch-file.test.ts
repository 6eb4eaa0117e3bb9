import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Rig } from "../stop/testing/supervisor-rig.ts";
import type { Latch } from "../stop/stop-types.ts";
import { LatchFile } from "./latch-file.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-latch-"));
  path = join(folder, "state", "arm.latch");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const latch: Latch = { source: "violation", reason: 'hit "wall"', atMs: 12.5, epoch: 7, evidence: { value: 30 } };

describe("safety-kernel row 25: the latch on disk", () => {
  test("nothing there is not latched, in a folder that is made", () => {
    expect(new LatchFile(path).load()).toEqual({ epoch: 0, latch: undefined });
  });

  test("staged or committed, another process finds it", () => {
    const store = new LatchFile(path);
    store.load();
    store.stage(latch);
    expect(new LatchFile(path).load()).toEqual({ epoch: 7, latch });
    expect(existsSync(path)).toBe(false);
    store.commit();
    expect(existsSync(path)).toBe(true);
    expect(new LatchFile(path).load()).toEqual({ epoch: 7, latch });
  });

  test("nothing staged is nothing committed: a stop that ends after the reset does not latch again", () => {
    const store = new LatchFile(path);
    store.load();
    store.stage(latch);
    store.commit();
    store.clear(8);
    store.commit();
    expect(new LatchFile(path).load()).toEqual({ epoch: 8, latch: undefined });
  });

  test("a latch can be staged by one that never loaded", () => {
    new LatchFile(path).stage(latch);
    expect(new LatchFile(path).load().latch).toEqual(latch);
  });

  test("clear takes it off and keeps the epoch, and a second latch works like the first", () => {
    const store = new LatchFile(path);
    store.load();
    for (const epoch of [7, 9, 11]) {
      store.stage({ ...latch, epoch });
      store.commit();
      store.clear(epoch + 1);
      expect(new LatchFile(path).load()).toEqual({ epoch: epoch + 1, latch: undefined });
    }
    expect(readdirSync(join(folder, "state")).sort()).toEqual(["arm.latch.epoch", "arm.latch.staged"]);
  });

  test("clear takes off a latch that was staged and never committed", () => {
    const store = new LatchFile(path);
    store.load();
    store.stage(latch);
    store.clear(8);
    expect(new LatchFile(path).load().latch).toBeUndefined();
  });

  test.for(["", "{", "\0\0\0\0", '{"version":1}', "null"])("a file that says %j is latched", (text) => {
    mkdirSync(join(folder, "state"));
    writeFileSync(path, text);
    expect(new LatchFile(path).load().latch).toMatchObject({ source: "internal_error", reason: expect.stringMatching(/cannot be read/) });
  });

  test("every torn length of the file being written is latched, or was never begun", () => {
    const store = new LatchFile(path);
    store.load();
    store.stage(latch);
    const staged = `${path}.staged`;
    for (let length = readFileSync(staged).length; length > 0; length--) {
      truncateSync(staged, length);
      expect(new LatchFile(path).load().latch, `${length} bytes`).toBeDefined();
    }
  });

  test("a path that is a folder, and an epoch that is no number, are latched", () => {
    mkdirSync(path, { recursive: true });
    expect(new LatchFile(path).load().latch?.reason).toMatch(/EISDIR/);
    const other = join(folder, "other");
    for (const text of ["", "7", "-7\n", "1e3\n", "99999999999999999999\n", "{}\n"]) {
      writeFileSync(`${other}.epoch`, text);
      expect(new LatchFile(other).load().latch?.reason, text).toMatch(/epoch is not a number/);
    }
    writeFileSync(`${other}.epoch`, "7\n");
    expect(new LatchFile(other).load()).toEqual({ epoch: 7, latch: undefined });
  });

  test("a file that may not be read is latched", () => {
    mkdirSync(join(folder, "state"));
    writeFileSync(path, "x");
    chmodSync(path, 0);
    expect(new LatchFile(path).load().latch).toBeDefined();
  });

  test("a place where no latch can be written is latched, and staging there throws", () => {
    writeFileSync(join(folder, "state"), "a file where the folder should be");
    const store = new LatchFile(path);
    expect(store.load().latch?.reason).toMatch(/cannot be read/);
    expect(() => store.stage(latch)).toThrow();
    expect(() => store.storeEpoch(1)).toThrow();
  });

  test("an epoch is never forgotten, whatever the latch says", () => {
    const store = new LatchFile(path);
    store.load();
    store.storeEpoch(20);
    store.stage(latch);
    store.commit();
    expect(new LatchFile(path).load().epoch).toBe(20);
  });
});

describe("safety-kernel row 25: a supervisor with a latch file", () => {
  test("latched, restarted, reset, restarted", async () => {
    const first = await new Rig({ store: new LatchFile(path) }).running();
    void first.supervisor.violation("x", {});
    const second = new Rig({ store: new LatchFile(path) });
    second.supervisor.configure([]);
    expect(second.supervisor.status()).toMatchObject({ state: "latched", source: "violation" });
    await second.pass(600);
    expect((await second.reset()).ok).toBe(true);
    const third = new Rig({ store: new LatchFile(path) });
    third.supervisor.configure([]);
    expect(third.supervisor.status()).toMatchObject({ state: "inactive", latched: false });
    expect(third.supervisor.epoch).toBeGreaterThan(second.supervisor.epoch);
  });

  test.for(["in-stop", "waiting"] as const)(
    "a process killed between trip and fan-out (%s) starts latched",
    { timeout: 30_000 },
    async (how) => {
      const printed = await killedProcess(path, how);
      expect(printed).toContain("moving true");
      expect(printed.includes("tripped")).toBe(how === "waiting");
      const next = new Rig({ store: new LatchFile(path) });
      next.supervisor.configure([]);
      expect(next.supervisor.status()).toMatchObject({ state: "latched", source: "violation", reason: "joint_rate" });
      expect(next.arm.calls).toEqual([`stop 1 ${next.supervisor.epoch}`]);
      expect(next.supervisor.mayMove).toBe(false);
    },
  );
});

/** Runs until it killed itself, or, once it says "tripped", until it is killed; resolves with what it printed. */
function killedProcess(latchPath: string, how: string): Promise<string> {
  const script = fileURLToPath(new URL("testing/tripping-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, latchPath, how], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (bytes: Buffer) => {
      printed += bytes.toString();
      if (printed.includes("tripped")) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", (_code, signal) => (signal === "SIGKILL" ? resolve(printed) : reject(new Error(`ended by ${signal}: ${printed}`))));
  });
}
