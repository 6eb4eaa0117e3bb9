import { inFile, type Mutant } from "./mutant.ts";

export const channelMutants: readonly Mutant[] = [
  ...inFile(
    "src/kernel/channel/mint.ts",
    ["src/kernel/channel/mint.test.ts"],
    [
      ["if (!(answer.request === request))", "if (answer.request > request + 1e9)"],
      ["if (!(answer.code === 0)) return", "if (answer.code > 0) return"],
      ["stop === 0 && epoch", "epoch"],
      ["epoch === expected.epoch && answer.epoch", "answer.epoch"],
      [" && answer.epoch === expected.epoch", ""],
      ["if (!(expected.nowMs <= expected.deadlineMs))", "if (expected.nowMs > expected.deadlineMs)"],
      [" && answer.contentHash[1] === contentHash[1]", ""],
      ["answer.contentHash[0] === contentHash[0] && ", ""],
    ],
  ),
  ...inFile(
    "src/kernel/channel/slot-ring.ts",
    ["src/kernel/channel/slot-ring.test.ts"],
    [
      ["begin === number && ", ""],
      ["end === number && ", ""],
      [" && second === this.#lanes[1]", ""],
      ["first === this.#lanes[0] && ", ""],
      ["if (used === this.#nSlots) return RING.full;", "if (used > this.#nSlots) return RING.full;"],
      ["if (!(waiting > 0 && waiting <= this.#nSlots)) return RING.broken;", ""],
    ],
  ),
  ...inFile(
    "src/kernel/channel/channel-kernel.ts",
    ["src/kernel/channel/channel-kernel.test.ts"],
    [
      ["if (!(state === STATE.serving))", "if (state === 99)"],
      ["    this.#writer.writeContent(own);\n", ""],
      ["epoch = Atomics.load(control, WORD.epoch);\n    let own", "epoch = 1;\n    let own"],
    ],
  ),
  ...inFile(
    "src/kernel/channel/stop-flag.ts",
    ["src/kernel/channel/channel-kernel.test.ts"],
    [["  Atomics.add(control, WORD.epoch, 1);\n  // Who", "  // Who"]],
  ),
  ...inFile(
    "src/kernel/channel/request-handler.ts",
    ["src/kernel/channel/channel-kernel.test.ts"],
    [
      ["else if (stopped)", "else if (number < -1e9)"],
      ["this.failure !== undefined", "number < -1e9"],
    ],
  ),
  ...inFile(
    "src/kernel/channel/silence-watch.ts",
    ["src/kernel/channel/channel-kernel.test.ts"],
    [
      ["!(this.silentMs <= this.#limitMs)", "!(this.silentMs <= 2 * this.#limitMs)"],
      ["beat !== this.#beat || !armed || !this.#armed", "beat !== this.#beat || !armed"],
    ],
  ),
  ...inFile(
    "src/kernel/channel/request-codec.ts",
    ["src/kernel/channel/request-codec.test.ts"],
    [
      ["n[PERIOD] = command.periodMs;", "n[PERIOD] = 10;"],
      [
        "2 * CONTENT, 2 * this.#contentEnd, request, lanes);\n  }\n\n  #list",
        "2 * CONTENT, 2 * this.#contentEnd - 2, request, lanes);\n  }\n\n  #list",
      ],
    ],
  ),
  ...inFile(
    "src/kernel/canaries.ts",
    ["src/kernel/canaries.test.ts"],
    [
      ["    revokeVetted(verdict.command);\n", ""],
      ["if (got !== expected)", 'if (got === "vetted")'],
      ["(!idle || waiting)", "waiting"],
      ["nowMs >= this.#lastMs && ", ""],
    ],
  ),
  ...inFile(
    "src/kernel/recording/replay.ts",
    ["src/kernel/recording/recording.test.ts"],
    [
      ['    if (verdict.kind === "vetted") revokeVetted(verdict.command);\n', ""],
      [
        'if (record["configHash"] !== this.#configHash) throw new TypeError("the configuration',
        'if (false) throw new TypeError("the configuration',
      ],
    ],
  ),
  ...inFile(
    "src/kernel/recording/plain-data.ts",
    ["src/kernel/recording/recording.test.ts"],
    [['return Object.is(x, -0) ? "-0" : x;', "return x;"]],
  ),
  ...inFile(
    "src/kernel/node/frames.ts",
    ["src/kernel/node/serve-kernel.test.ts"],
    [
      ["lanes[0] === head[5] && lanes[1] === head[6]", "lanes[0] === head[5]"],
      ["head[0] === magic && ", ""],
    ],
  ),
  ...inFile(
    "src/kernel/node/serve-kernel.ts",
    ["src/kernel/node/serve-kernel.test.ts"],
    [
      ["const whole = sound && ", "const whole = "],
      ['input.once("end", () => end(SERVED.parentGone));', ""],
      ["this.#stopped = true;", ""],
    ],
  ),
  ...inFile(
    "src/kernel/monitor/motion-monitor.ts",
    ["src/kernel/monitor/motion-monitor.test.ts"],
    [
      ["if (!(Number.isFinite(atMs) && qRad.length === nJoints))", "if (qRad.length !== nJoints)"],
      ["if (step <= allowed) return undefined;", "if (!(step > 2 * allowed)) return undefined;"],
      ["q >= low - allowed && q <= high + allowed", "q <= high + allowed"],
      [" && selfM >= nearestM - agreementM", ""],
      ["if (!(selfM > selfMarginM)) {", "if (selfM < -1) {"],
      ["gapMs >= 0 && (!moving", "(!moving"],
      ["if (!(step <= allowed))", "if (step > 2 * allowed)"],
    ],
  ),
  ...inFile("src/kernel/node/kernel-worker.ts", ["src/kernel/node/kernel-worker.test.ts"], [["    kernel.lost();\n", ""]]),
  ...inFile(
    "src/kernel/monitor/edge-distance.ts",
    ["src/kernel/monitor/second-opinion.test.ts"],
    [
      ["return x <= y ? x : y <= x ? y : Number.NaN;", "return x <= y ? x : y;"],
      ["step < 2; step++", "step < 1; step++"],
    ],
  ),
  ...inFile(
    "src/kernel/monitor/quaternion-chain.ts",
    ["src/kernel/monitor/second-opinion.test.ts"],
    [["positions[link * 3 + k]! -= scratch[k]!", "positions[link * 3 + k]! -= 0 * scratch[k]!"]],
  ),
];
