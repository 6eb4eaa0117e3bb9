/**
 * One episode from the command line: build, run, watch, stop on Ctrl-C, end the trace properly, say what happened.
 * @module
 */
import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import { imagesIn } from "../core/capture.ts";
import { SimulatedClock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import type { Policy } from "../policy/policy.ts";
import { buildRobot, type BuiltRobot, type RobotSetup } from "../profile/build-robot.ts";
import type { LoadedProfile } from "../profile/files.ts";
import { alwaysApprove } from "../runtime/approvals.ts";
import { LatchFile, openRecordingFile } from "../kernel/node/index.ts";
import { realClock } from "../runtime/real-clock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { runPolicy, type RunReport } from "../runtime/run-policy.ts";
import { openFileTrace, traceGroupMs, type FileTrace } from "../trace/file-trace.ts";
import type { StepRecord, TraceHead } from "../trace/records.ts";
import { firstFree } from "./first-free.ts";
import { ImageFolder, imageFolderOf } from "./image-folder.ts";
import { announceOrSay } from "./live-robots.ts";
import { closingTable, liveView, markedView } from "./live-view.ts";
import { openRenderer, type RendererChoice } from "./renderer.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { terminalApprovals } from "./terminal-approvals.ts";
import { version } from "./version.ts";

export interface EpisodeOptions {
  readonly loaded: LoadedProfile;
  readonly backend: RobotSetup["backend"];
  /** Rays unless given. */
  readonly renderer?: RendererChoice;
  readonly makePolicy: (robot: Awaited<ReturnType<typeof buildRobot>>) => Policy;
  /** What the policy used, as a line of the closing table. */
  readonly usageLine?: (used: JsonObject, config: JsonObject | undefined) => string;
  readonly goal: string;
  /** Intents that may be proposed; 1000 unless given. */
  readonly maxSteps?: number;
  readonly seed: number;
  readonly tracePath: string | undefined;
  /** Where a latch outlives the run; in memory unless given. */
  readonly latchPath: string | undefined;
  /** Where the kernel's verdicts are recorded. */
  readonly verdictsPath: string | undefined;
  readonly traceName: string;
  readonly realtime: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly approve: boolean;
  /** Each step is one line with a mark, and nothing else is said. */
  readonly marked?: boolean;
}

/** Longest the simulation runs before the event loop is let in, ms of wall time: how late a Ctrl-C may be heard. */
const breatheEveryMs = 16;

/** Exit code 0 reached, 1 not reached, 130 stopped by Ctrl-C. */
export async function runEpisode(options: EpisodeOptions): Promise<number> {
  const terminal = openTerminal(process.stdout, { quiet: options.quiet || options.json });
  const startedMs = performance.now();
  await using renderer = await openRenderer(options.renderer ?? { kind: "rays" });
  const interrupt = onInterrupt();
  const trace = openFileTrace(options.tracePath ?? firstFree((n) => `runs/${options.traceName}-${n}.jsonl`));
  const images = new ImageFolder(imageFolderOf(trace.path));
  const verdicts = options.verdictsPath === undefined ? undefined : openRecordingFile(options.verdictsPath);
  try {
    const clock = options.realtime ? realClock() : new SimulatedClock();
    const approvals = options.approve ? alwaysApprove("cli") : terminalApprovals(options.json);
    const robot = await buildRobot(options.loaded, {
      backend: options.backend,
      seed: options.seed,
      clock,
      trace,
      version: version(),
      lossWindow: `a crash loses at most the records of the last ${traceGroupMs} ms`,
      ...(approvals === undefined ? {} : { approvals }),
      ...(options.latchPath === undefined ? {} : { supervision: { store: new LatchFile(options.latchPath) } }),
      ...(verdicts === undefined ? {} : { recordVerdict: (line: string) => verdicts.write(line) }),
      images,
      renderer,
      watchers: [options.marked === true ? markedView(terminal) : liveView(terminal, (sha256) => images.pathOf(sha256))],
      breathe: breather(),
    });
    await using _backend = robot.backend;
    const { runtime } = robot;
    await using _announced = await announced(runtime, options);
    const policy = options.makePolicy(robot);
    if (options.marked !== true) sayBeginning(terminal, options, robot);
    const { config } = policy;
    robot.open({ goal: options.goal, policy: policy.name, ...(config === undefined ? {} : { policyConfig: config }) });
    await sayLatched(runtime, options);
    const { maxSteps } = options;
    const report = await runPolicy(runtime, policy, options.goal, {
      signal: interrupt.signal,
      ...(maxSteps === undefined ? {} : { maxSteps }),
    });
    if (interrupt.signal.aborted) await runtime.stop({ operator: "cli", reason: "Ctrl-C" });
    const used = policy.usage?.();
    if (used !== undefined) runtime.note("policy-usage", used);
    await images.settled();
    if (images.problem !== undefined) runtime.note("pictures-missing", { folder: images.folder, problem: images.problem });
    const final = await runtime.observe();
    const head = trace.close();
    const simulatedMs = clock.nowMs();
    const closing = {
      report,
      head,
      notes: robot.notes,
      path: trace.path,
      images,
      simulatedMs,
      wallMs: performance.now() - startedMs,
      policy: { config, used },
    };
    if (options.json) process.stdout.write(`${JSON.stringify(jsonReport(options, closing, final))}\n`);
    else if (options.marked !== true) {
      const policyLine = used === undefined ? undefined : options.usageLine?.(used, config);
      closingTable(terminal, {
        ...closing,
        ...report,
        pictures: images.size,
        imageFolder: images.folder,
        tracePath: trace.path,
        headHash: head.headHash,
        records: head.records,
        policyLine,
      });
    }
    if (images.problem !== undefined)
      process.stderr.write(`clearance: pictures could not be kept in ${images.folder}: ${images.problem}\n`);
    return exitCode(report, trace, interrupt.signal.aborted);
  } finally {
    trace.close();
    verdicts?.close();
    interrupt.release();
  }
}

/** Other terminals find the robot while it is at work; at the end it is out of service. */
async function announced(runtime: Runtime, { loaded, backend }: EpisodeOptions): Promise<AsyncDisposable> {
  const leave = await announceOrSay(runtime, { profile: loaded.profile.name, backend }, (problem) => {
    process.stderr.write(`clearance: clearance stop and status will not find this run: ${problem}\n`);
  });
  return {
    async [Symbol.asyncDispose]() {
      leave();
      await runtime.close();
    },
  };
}

async function sayLatched({ safety }: Runtime, { latchPath, loaded }: EpisodeOptions): Promise<void> {
  if (latchPath === undefined) return;
  await safety.start();
  const barred = safety.barred();
  if (barred === undefined) return;
  const reset = `clearance reset --latch ${latchPath} --profile ${loaded.profile.name} --operator YOU --reason WHY`;
  process.stderr.write(`clearance: ${barred.reason}; nothing moves before: ${reset}\n`);
}

function exitCode(report: RunReport, trace: FileTrace, interrupted: boolean): number {
  if (trace.problem !== undefined) process.stderr.write(`clearance: the trace ${trace.path} is incomplete: ${trace.problem}\n`);
  if (interrupted) return 130;
  return report.reached && trace.problem === undefined ? 0 : 1;
}

function sayBeginning(terminal: Terminal, { loaded, goal, seed }: EpisodeOptions, { backend, notes, registry }: BuiltRobot): void {
  terminal.line(terminal.paint("bold", goal));
  terminal.line(terminal.paint("dim", `profile ${loaded.profile.name}, backend ${backend.name}, world ${loaded.world.name}, seed ${seed}`));
  for (const note of notes) terminal.line(terminal.paint("dim", `  ${note}`));
  if (notes.length > 0) terminal.line(terminal.paint("dim", `  it can ${registry.names().join(", ")}`));
  terminal.line("");
}

/** The first Ctrl-C aborts; the robot then stops and the trace is ended. A second one leaves at once. */
export function onInterrupt(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const heard = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", heard);
  process.on("SIGTERM", heard);
  return {
    signal: controller.signal,
    release() {
      process.off("SIGINT", heard);
      process.off("SIGTERM", heard);
    },
  };
}

export function breather(): () => void | Promise<void> {
  let lastMs = performance.now();
  return () => {
    if (performance.now() - lastMs < breatheEveryMs) return undefined;
    return nextTurn().then(() => {
      lastMs = performance.now();
    });
  };
}

interface Closing {
  readonly policy: { readonly config: JsonObject | undefined; readonly used: JsonObject | undefined };
  readonly report: RunReport;
  readonly head: TraceHead;
  readonly notes: readonly string[];
  readonly path: string;
  readonly images: ImageFolder;
}

function jsonReport(
  { goal, loaded, backend, seed }: EpisodeOptions,
  { report, head, notes, path, images, policy }: Closing,
  final: {
    readonly worldFromTip: { readonly position: readonly number[] };
    readonly gripper?: { readonly holding: string | null };
    readonly qRad: readonly number[];
  },
): JsonObject {
  return {
    ok: report.reached,
    goal,
    profile: loaded.profile.name,
    backend,
    seed,
    message: report.message,
    ...(notes.length === 0 ? {} : { notes }),
    steps: report.steps.map((step) => jsonStep(step, images)),
    ...(policy.config === undefined && policy.used === undefined ? {} : { policy: { ...policy.config, ...policy.used } }),
    final: { tipInWorld: final.worldFromTip.position, holding: final.gripper?.holding ?? null, qRad: final.qRad },
    trace: { path, records: head.records, headHash: head.headHash },
  };
}

function jsonStep({ step, intent, decision, gates, result }: StepRecord, images: ImageFolder): JsonObject {
  const paths = imagesIn(result.observation).map((sha256) => images.pathOf(sha256) ?? null);
  const objections = gates
    .filter((gate) => gate.action !== "allow")
    .map(({ gate, action, code, reason, evidence }) => ({ kind: action, gate, code: code ?? null, reason, evidence: evidence ?? {} }));
  const { verdict, gateName, code, reason } = decision;
  return {
    step,
    intent: { name: intent.name, args: intent.args },
    verdict: { kind: verdict, gate: gateName, code: code ?? null, reason, objections },
    status: result.status,
    message: result.message,
    durationMs: result.durationMs,
    ...(paths.length === 0 ? {} : { images: paths }),
  };
}
