import { inFile, type Mutant } from "./mutant.ts";

/** The stop chain behind the runtime, and the verdict mode that slows. */
export const runtimeMutants: readonly Mutant[] = [
  ...inFile(
    "src/runtime/sound-observation.ts",
    ["src/runtime/sound-observation.test.ts"],
    [
      ["    batteryProblem(batteryPct) ??\n", ""],
      ['typeof pct === "number" && pct >= 0', "Number(pct) >= 0"],
      ["pct >= 0 && pct <= 100", "pct <= 100"],
      ["pct >= 0 && pct <= 100", "pct > 0 && pct <= 100"],
      ["pct >= 0 && pct <= 100", "pct >= 0"],
      ["pct >= 0 && pct <= 100", "!(pct < 0 || pct > 100)"],
    ],
  ),
  ...inFile(
    "src/runtime/sound-capture.ts",
    ["src/runtime/eyes.test.ts"],
    [
      ["if (!(values[i]! >= 0)) return false;", "if (values[i]! < 0) return false;"],
      ["picture.depthM.length === pixels", "picture.depthM.length >= 1"],
      ["picture.rgba.length === 4 * pixels", "picture.rgba.length >= 1"],
      ["segment <= names.length", "segment <= names.length + 1"],
      ["if (seen.kind !== request.kind)", "if (request.kind === undefined)"],
    ],
  ),
  ...inFile(
    "src/runtime/eyes.ts",
    ["src/runtime/eyes.test.ts"],
    [
      ["await Promise.race([answer, patience.over])", "await answer"],
      ["if (signal?.aborted === true) stopped();", ""],
      ["request.keep !== false", "true"],
      ["if (patience.problem !== undefined) return failed(patience.problem);", ""],
    ],
  ),
  ...inFile(
    "src/runtime/shown-pictures.ts",
    ["src/runtime/shown-pictures.test.ts"],
    [
      ["if (this.#kept.has(sha256)) return;", ""],
      ["this.#bytes + bytes <= this.#limits.bytes", "this.#bytes <= this.#limits.bytes"],
      ["this.#kept.size < this.#limits.pictures", "true"],
      ["this.#dropped += 1;", ""],
      ["this.#full ||= !fits;", "this.#full = !fits;"],
      ["if (this.#full && !wasFull)", "if (this.#full)"],
      ["rgb.length === width * height * 3", "rgb.length > 0"],
    ],
  ),
  ...inFile(
    "src/runtime/run-policy.ts",
    ["src/runtime/shown-steps.test.ts"],
    [["shown !== undefined && runtime.eyes.shown.has(shown)", "shown !== undefined"]],
  ),
  ...inFile(
    "src/trace/pictures.ts",
    ["src/trace/pictures.test.ts"],
    [
      ["/^[0-9a-f]{64}$/", "/^.*$/"],
      ['note === "shown" ?', "true ?"],
    ],
  ),
  ...inFile(
    "src/runtime/supervised-kernel.ts",
    ["src/runtime/supervised-kernel.test.ts"],
    [
      ["if (!supervision.mayMove) return barred();", ""],
      ["supervision.tick();", ""],
      ["supervision.violation(verdict);", ""],
      ["supervision.noteVetted(rows.length / width, periodMs);", ""],
      ["return supervision.mayMove ? verdict : barred();", "return verdict;"],
    ],
  ),
  ...inFile(
    "src/runtime/supervision.ts",
    ["src/runtime/supervision.test.ts"],
    [
      ["if (this.#stillThere()) this", "this"],
      ['clock.kind === "real" && backend.kind === "simulated"', 'clock.kind === "real"'],
      ["if (this.#standsStill) this.tick();", ""],
      ["nowMs - this.#tickedMs - WATCH_PERIOD_MS", "nowMs - this.#tickedMs"],
      ["if (missing !== undefined) void", "if (missing === undefined) void"],
      ['this.#latches && severity === "violation"', 'this.#latches || severity === "violation"'],
      ['this.#latches && severity === "violation"', "this.#latches"],
      ['state !== undefined && state !== "serving"', "false"],
      ['if (to === "recovery") this.#options', 'if (to === "latched") this.#options'],
      ["if (!outcome.ok) distantKernel?.stop();", ""],
      ["if (failed === undefined || this.#inFault) return;", "return;"],
      ["this.#hooks.onLatched();", ""],
      ["asked.recovery === true && recoveringKernel === undefined", "false"],
      ["if (!acknowledged) await this.supervisor.estop", "if (false) await this.supervisor.estop"],
      ["else this.supervisor.noteStop(proved);", ""],
    ],
  ),
  ...inFile(
    "src/runtime/stop-path.ts",
    ["src/runtime/supervision.test.ts"],
    [
      ['operator.trim() === "" || reason.trim() === ""', 'operator.trim() === ""'],
      ['operator.trim() === "" || reason.trim() === ""', 'reason.trim() === ""'],
    ],
  ),
  ...inFile(
    "src/runtime/effects.ts",
    ["src/runtime/effects.test.ts"],
    [
      ['|| outcome.status !== "ok"', ""],
      ['if (primitive.risk !== "move" && primitive.risk !== "contact")', "if (false)"],
      ['if (signal.aborted) return { kind: "aborted", chunks };', ""],
      ["if (this.#unanswered.has(primitive.name))", "if (false)"],
      ["      limit.abort();\n      signal.removeEventListener", "      signal.removeEventListener"],
      ['signal.addEventListener("abort", abort);', ""],
      ["const { ok, observation, message } = soundReport(ended.answer);", "const { ok, observation, message } = ended.answer as never;"],
    ],
  ),
  ...inFile(
    "src/intent/custom/custom-primitive.ts",
    ["src/intent/custom/custom-primitive.test.ts"],
    [
      ["if (!(risk === undefined || risks.some((known) => known === risk)))", "if (false)"],
      ['if (risk === "sense") problems.push', "if (false) problems.push"],
      ["report: (seen) => soundReport(call.report(seen))", "report: (seen) => call.report(seen)"],
    ],
  ),
  ...inFile(
    "src/runtime/composite-steps.ts",
    ["src/intent/custom/custom-primitive.test.ts"],
    [["if (!(depth <= depthLimit))", "if (depth > 40)"]],
  ),
  ...inFile(
    "src/profile/custom-modules.ts",
    ["src/profile/strict-loading.test.ts"],
    [["return libraryNames.has(name) ?", "return false ?"]],
  ),
  ...inFile(
    "src/profile/apply-profile.ts",
    ["src/profile/apply-profile.test.ts"],
    [
      ["ranks.indexOf(next.kernel_geometry) <= ranks.indexOf(running.kernel_geometry)", "true"],
      ["if (next.second_channel && !running.second_channel)", "if (false)"],
      ["velocity / robot.maxVelocityRadPerS[j]!", "1"],
      ["acceleration / robot.maxAccelerationRadPerS2[j]!", "1"],
      ["next.commander_deadman_ms >= running.commander_deadman_ms", "true"],
      ["stateDeadlineMs(next) >= stateDeadlineMs(running)", "true"],
      ["if (missing.length === 0 ||", "if ("],
    ],
  ),
  ...inFile(
    "src/runtime/runtime.ts",
    ["src/profile/apply-profile.test.ts"],
    [
      ['if (this.#queue.running) return "a step is running";', ""],
      ["if (latched) return `a stop is latched: ${reason}`;", ""],
    ],
  ),
  ...inFile(
    "src/gate/numbered-gates.ts",
    ["src/gate/numbered-gates.test.ts"],
    [
      ["return at === -1 ? id : id.slice(0, at);", "return id;"],
      ["...(commit === undefined ? {} : { commit: (ask: Ask) => commit.call(gate, ask) }),", ""],
      ["fork: () => renamed(gate.fork!(), id)", "fork: () => gate.fork!()"],
    ],
  ),
  ...inFile(
    "src/kernel/graded/slowing-kernel.ts",
    ["src/kernel/graded/slowing-kernel.test.ts"],
    [
      ["&& rateCodes.has(code)", ""],
      ['if (second.kind === "refused") return first;', 'if (second.kind === "refused") return second;'],
      ["code > 0 && code <= RETIME_BRAKED", "true"],
    ],
  ),
];
