import { inFile, type Mutant } from "./mutant.ts";

export const stopMutants: readonly Mutant[] = [
  ...inFile(
    "src/kernel/stop/stop-table.ts",
    ["src/kernel/stop/stop-machine.test.ts"],
    [
      [
        'to: "latched",\n    do: ["adopt-latch", "raise-epoch", "store-epoch", "fan-out", "publish"]',
        'to: "latched",\n    do: ["adopt-latch", "raise-epoch", "store-epoch", "publish"]',
      ],
      ['from: moving, on: "trip", to: "latched", do: tripped', 'from: ["running", "recovery"], on: "trip", to: "latched", do: tripped'],
      ['  "fan-out",\n  "persist-latch",\n  "publish",\n  "close-lease"', '  "fan-out",\n  "publish",\n  "close-lease"'],
      ['do: ["clear-latch", "close-reset", "outputs-on", "publish"]', 'do: ["outputs-on", "clear-latch", "close-reset", "publish"]'],
      [
        'do: ["record", "raise-epoch", "fan-out", "store-epoch", "publish", "close-reset"]',
        'do: ["record", "fan-out", "publish", "close-reset"]',
      ],
      [
        'from: [...moving, "latched", "resetting"],\n    on: "deactivate"',
        'from: [...moving, "latched", "resetting", "faulted"],\n    on: "deactivate"',
      ],
      ['do: ["open-reset", "raise-epoch", "store-epoch", "publish"]', 'do: ["open-reset", "publish"]'],
      ['["refuse", "close-reset", "fan-out", "publish"]', '["refuse", "close-reset", "publish"]'],
    ],
  ),
  ...inFile(
    "src/kernel/stop/stop-guards.ts",
    ["src/kernel/stop/stop-machine.test.ts"],
    [
      ["proved === true && epoch === machine.epoch", "proved === true"],
      ["if (!(event.stateFresh === true))", "if (event.stateFresh === undefined)"],
      ["leaseOpen: (machine) => machine.lease?.ending === false", "leaseOpen: (machine) => machine.lease !== undefined"],
    ],
  ),
  ...inFile(
    "src/kernel/stop/reset-rules.ts",
    ["src/kernel/stop/stop-machine.test.ts"],
    [
      ["if (!(waitedMs >= RESET_COOLDOWN_MS))", "if (waitedMs < RESET_COOLDOWN_MS)"],
      ["if (!(request.allowed === true))", "if (request.allowed === undefined)"],
      ["return elapsedMs >= 0 && elapsedMs < RESET_ANSWER_MS", "return elapsedMs < RESET_ANSWER_MS"],
      ["if (!(pendantReleased === true))", "if (pendantReleased === undefined)"],
      ['if (check !== "violates") return', "if (check === undefined) return"],
      ["if (!(answers.missing.length === 0))", "if (answers.missing.length > 1)"],
    ],
  ),
  ...inFile(
    "src/kernel/stop/stop-machine.ts",
    ["src/kernel/stop/stop-machine.test.ts"],
    [
      [
        '(state === "running" || state === "recovery") && outputsOn === true',
        '(state === "running" || state === "recovery" || state === "ready") && outputsOn === true',
      ],
      ["lease?.ending === false;", "lease !== undefined;"],
      [
        "return { recorded: machine.recorded + 1 };",
        'return { recorded: machine.recorded + 1, cooldownFromMs: "atMs" in event ? event.atMs : 0 };',
      ],
      ["stopUnproven ? UNPROVEN_SPEED_SCALE : 1", "1"],
      ["stopUnproven: machine.latch === undefined || machine.stopUnproven", "stopUnproven: machine.stopUnproven"],
    ],
  ),
  ...inFile(
    "src/kernel/stop/command-watchdog.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [
      ["return within(elapsedMs, this.#limitMs) ?", "return !(elapsedMs > this.#limitMs) ?"],
      ["rowsMs < Infinity ? Math.max(this.#deadlineMs, rowsMs) : this.#deadlineMs", "this.#deadlineMs"],
      ["if (this.#lastMs === undefined) return;\n", ""],
    ],
  ),
  ...inFile(
    "src/kernel/stop/pendant.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [
      ["options.activeLow === true ? 1 : 0", "options.activeLow === true ? 0 : 1"],
      ["this.#reading === this.#releasedLevel && within", "this.#reading !== 1 - this.#releasedLevel && within"],
    ],
  ),
  ...inFile(
    "src/kernel/stop/enable-device.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [["return this.#held && within(this.ageMs(nowMs), signalMs);", "return this.#held;"]],
  ),
  ...inFile(
    "src/kernel/stop/human-stop.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [["return this.#down.size === 0;", "return true;"]],
  ),
  ...inFile(
    "src/kernel/stop/commander-watch.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [["if (!(moving && this.#commanding))", "if (!moving || this.#commanding)"]],
  ),
  ...inFile(
    "src/kernel/stop/heartbeat.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [["if (count !== this.#count) {", "if (count > this.#count) {"]],
  ),
  ...inFile(
    "src/kernel/stop/watchdog.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [['if (robot === "hardware") return true;', 'if (robot === "hardware") return kind !== "pendant";']],
  ),
  ...inFile(
    "src/kernel/stop/stop-flag.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [["Atomics.store(this.#words, CLEARED, raised);", "Atomics.store(this.#words, CLEARED, this.raised);"]],
  ),
  ...inFile(
    "src/kernel/stop/fan-out.ts",
    ["src/kernel/stop/fan-out.test.ts", "src/kernel/stop/supervisor.test.ts"],
    [
      ["if (attempt === 1) await escalate(target, options);", ""],
      ["return stop.acknowledged && stop.inTime &&", "return stop.acknowledged &&"],
      ["stops.length > 0 && stops.every(holds)", "stops.every(holds)"],
      ["if (attempt === 1) answered();", "if (attempt === 2) answered();"],
    ],
  ),
  ...inFile(
    "src/kernel/stop/rest-proof.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [
      ["} else if (still === undefined) {", "} else if (still === undefined && sample.atMs < 0) {"],
      ["if (!(sample.atMs >= afterMs))", "if (sample.atMs === undefined)"],
      ["!(drift(still.qRad, sample.qRad) <= restDrift)", "drift(still.qRad, sample.qRad) > restDrift"],
    ],
  ),
  ...inFile(
    "src/kernel/stop/stop-chain.ts",
    ["src/kernel/stop/supervisor.test.ts", "src/kernel/stop/supervisor-reset.test.ts"],
    [
      ["this.flag.raise(machine.epoch);\n        try {", "try {"],
      ['if (actions.includes("persist-latch") && machine.latch !== undefined) store.stage(machine.latch);', ""],
      ["timeOf(this.#options.clock)", "this.#options.clock.nowMs()"],
      ["if (persist) this.#commit();", ""],
      ['      case "outputs-off":\n        this.flag.raise(machine.epoch);\n        return;', '      case "outputs-off":\n        return;'],
      ["wanted: () => !this.#machine.outputsOn,", ""],
      ["...(controlled ? { attempts: 1 } : {}),", ""],
      ['if (this.#machine.state !== "faulted") this.fault(', 'if (this.#machine.state === "faulted") this.fault('],
    ],
  ),
  ...inFile(
    "src/kernel/stop/supervisor.ts",
    ["src/kernel/stop/supervisor.test.ts", "src/kernel/stop/supervisor-reset.test.ts"],
    [
      ["if (!within(silentMs, HEARTBEAT_MS))", "if (silentMs < 0)"],
      ["if (this.#chain.machine.outputsOn && this.flag.stopped)", "if (this.#chain.machine.outputsOn && false)"],
      ['else if (state !== "latched" || !this.#told.has(watchdog)) {', "else {"],
      ['if (machine.state === "resetting" && answersLate(machine, nowMs))', "if (false && answersLate(machine, nowMs))"],
      ["    const overdue = watchdogs.command.firstCommandOverdue(nowMs);", "    const overdue = undefined as Trip | undefined;"],
      ["    if (!human.released) this.#told.add(human);", ""],
      ['      return "unknown";', '      return "clean";'],
      [
        'return { operatorId: "", authenticated: false, allowed: false };',
        'return { operatorId: "x", authenticated: true, allowed: true };',
      ],
    ],
  ),
  ...inFile(
    "src/kernel/stop/reset-handshake.ts",
    ["src/kernel/stop/supervisor.test.ts", "src/kernel/stop/supervisor-reset.test.ts"],
    [["answer.value.epoch === epoch", "answer.value.epoch >= 0"]],
  ),
  ...inFile(
    "src/kernel/node/latch-file.ts",
    ["src/kernel/node/latch-file.test.ts"],
    [
      ['return staged === undefined || staged === "" ? undefined : latchFromText(staged);', "return undefined;"],
      ["return unreadableLatch(messageOf(cause));\n    }\n  }\n\n  /** The number", "return undefined;\n    }\n  }\n\n  /** The number"],
      ["renameSync(this.#staged, this.path);", ""],
      ["    this.storeEpoch(epoch);\n    this.#close();", "    this.#close();"],
      ["if (this.#fd === undefined || !this.#written) return;", "if (this.#fd === undefined) return;"],
    ],
  ),
  ...inFile(
    "src/kernel/stop/stop-topic.ts",
    ["src/kernel/stop/watchdogs.test.ts", "src/kernel/stop/fan-out.test.ts"],
    [["    this.#listeners.add(listener);\n    this.#tell(listener);", "    this.#listeners.add(listener);"]],
  ),
];
