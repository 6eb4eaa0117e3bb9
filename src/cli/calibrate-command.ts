/**
 * `clearance calibrate`: a sweep, what was measured, and limits to review that come from it.
 * @module
 */
import { existsSync, writeFileSync } from "node:fs";
import {
  analyseCapture,
  calibrationEpisode,
  defaultSweep,
  fit,
  limitsOfRobot,
  pointPairs,
  recommendedProfile,
  type CalibrationReport,
  type DeclaredLimits,
  type LimitProposal,
  type SimilarityFit,
  type SweepStep,
} from "../analysis/index.ts";
import { SimulatedClock } from "../core/clock.ts";
import { formatG } from "../core/format.ts";
import type { Vec3 } from "../core/vec3.ts";
import { parseScript } from "../policy/script/parse-script.ts";
import { buildRobot, type BuiltRobot, type RobotSetup } from "../profile/build-robot.ts";
import { loadProfile, readText, type LoadedProfile } from "../profile/files.ts";
import { alwaysApprove } from "../runtime/approvals.ts";
import { openFileTrace, traceGroupMs } from "../trace/file-trace.ts";
import type { StepRecord } from "../trace/records.ts";
import { oneOf, parseOptions, wholeNumber } from "./arguments.ts";
import { breather, onInterrupt } from "./episode.ts";
import { firstFree } from "./first-free.ts";
import { announceOrSay } from "./live-robots.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { terminalApprovals } from "./terminal-approvals.ts";
import { calibrateUsage, UsageError } from "./usage.ts";
import { version } from "./version.ts";

const calibrateOptions = {
  profile: { type: "string", default: "gantry" },
  backend: { type: "string" },
  repeats: { type: "string", default: "1" },
  sweep: { type: "string" },
  seed: { type: "string", default: "0" },
  trace: { type: "string" },
  out: { type: "string" },
  approve: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

type Values = ReturnType<typeof parseOptions<typeof calibrateOptions>>["values"];

/** Exit code 0 with a proposal, 1 where no step was carried out, 130 after Ctrl-C. */
export async function calibrateCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, calibrateOptions);
  if (values.help) {
    process.stdout.write(calibrateUsage);
    return 0;
  }
  if (positionals.length > 0)
    throw new UsageError(`clearance calibrate takes no '${positionals[0] ?? ""}'; see clearance calibrate --help`);
  if (values.out !== undefined && existsSync(values.out)) throw new UsageError(`${values.out} exists and is not overwritten`);
  const loaded = loadProfile(values.profile);
  const backend = oneOf("backend", values.backend ?? loaded.profile.backend, ["kinematic", "mujoco"]);
  const nRepeats = wholeNumber("repeats", values.repeats);
  if (nRepeats === 0) throw new UsageError("--repeats takes 1 or more");
  const sweep = values.sweep === undefined ? defaultSweep : sweepFrom(values.sweep);
  const { log, declared, interrupted, tracePath } = await capture(loaded, backend, { values, sweep, nRepeats });
  const report = analyseCapture(log);
  const found = fit(pointPairs(log));
  const proposal = recommendedProfile(report, { declared });
  if (values.out !== undefined) writeFileSync(values.out, proposalText(loaded, backend, report, proposal), { flag: "wx" });
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ profile: loaded.profile.name, backend, trace: tracePath, report, fit: found ?? null, proposal })}\n`,
    );
  else print(openTerminal(process.stdout), { name: loaded.profile.name, backend, tracePath, out: values.out }, { report, found, proposal });
  if (interrupted) return 130;
  return report.nExecuted > 0 ? 0 : 1;
}

interface Captured {
  readonly log: readonly StepRecord[];
  readonly declared: readonly DeclaredLimits[];
  readonly interrupted: boolean;
  readonly tracePath: string;
}

async function capture(
  loaded: LoadedProfile,
  backend: RobotSetup["backend"],
  { values, sweep, nRepeats }: { readonly values: Values; readonly sweep: readonly SweepStep[]; readonly nRepeats: number },
): Promise<Captured> {
  const interrupt = onInterrupt();
  const trace = openFileTrace(values.trace ?? firstFree((n) => `runs/calibration-${n}.jsonl`));
  try {
    const approvals = values.approve ? alwaysApprove("cli") : terminalApprovals(values.json);
    const robot = await buildRobot(loaded, {
      backend,
      seed: wholeNumber("seed", values.seed),
      clock: new SimulatedClock(),
      trace,
      version: version(),
      lossWindow: `a crash loses at most the records of the last ${traceGroupMs} ms`,
      breathe: breather(),
      ...(approvals === undefined ? {} : { approvals }),
    });
    await using _backend = robot.backend;
    const { runtime } = robot;
    const leave = await announceOrSay(runtime, { profile: loaded.profile.name, backend }, (problem) => {
      process.stderr.write(`clearance: clearance stop and status will not find this calibration: ${problem}\n`);
    });
    try {
      robot.open({ goal: "calibration", policy: "calibration" });
      const log = await calibrationEpisode(runtime, { sweep, nRepeats, signal: interrupt.signal });
      return { log, declared: declaredFor(loaded, robot), interrupted: interrupt.signal.aborted, tracePath: trace.path };
    } finally {
      leave();
      await runtime.close();
    }
  } finally {
    trace.close();
    interrupt.release();
  }
}

function declaredFor({ profile, world }: LoadedProfile, { collision }: BuiltRobot): readonly DeclaredLimits[] {
  const { workspace_bounds: bounds, max_velocity, max_acceleration, max_force_n } = profile;
  return [
    {
      source: "profile",
      minM: bounds?.[0],
      maxM: bounds?.[1],
      maxSpeedMps: max_velocity,
      maxAccelerationMps2: max_acceleration,
      maxForceN: max_force_n,
    },
    { source: "world", minM: world.workspace.minM, maxM: world.workspace.maxM },
    limitsOfRobot(collision),
  ];
}

function sweepFrom(path: string): readonly SweepStep[] {
  const { steps } = parseScript(readText(path, "sweep"), { where: path });
  return steps.map((step) => {
    if (step.kind === "intent") return { name: step.name, args: step.args };
    throw new UsageError(`${step.where}: a sweep is made of intents; write this sentence as one`);
  });
}

/** `needs_review` is no key of a profile: as long as it is there, no run accepts the file. */
function proposalText({ profile }: LoadedProfile, backend: string, report: CalibrationReport, proposal: LimitProposal): string {
  const { notes, needsReview, ...limits } = proposal;
  const says = [
    `Proposed by clearance calibrate ${version()} for ${profile.name} on ${backend}, from ${report.nExecuted} executed steps.`,
    "Copy into the profile what a person agrees with. Tip, world frame; m, m/s, m/s², N.",
    ...report.warnings,
    ...notes,
  ];
  const lines = Object.entries({ needs_review: needsReview, name: profile.name, ...limits }).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}`,
  );
  return `${[...says.map((line) => `# ${line}`), ...lines].join("\n")}\n`;
}

interface Told {
  readonly name: string;
  readonly backend: string;
  readonly tracePath: string;
  readonly out: string | undefined;
}

interface Results {
  readonly report: CalibrationReport;
  readonly found: SimilarityFit | undefined;
  readonly proposal: LimitProposal;
}

function print(terminal: Terminal, { name, backend, tracePath, out }: Told, { report, found, proposal }: Results): void {
  const { boundsM, maxSpeedMps, maxAccelerationMps2, maxForceN, latency, warnings } = report;
  const number = (value: number | null, unit: string): string => (value === null ? "not measured" : `${formatG(value)} ${unit}`);
  terminal.line(terminal.paint("bold", `${name} on ${backend}: ${report.nExecuted} of ${report.nSteps} steps executed`));
  terminal.line(`tip           ${boundsM === null ? "not measured" : `${vectorText(boundsM.minM)} to ${vectorText(boundsM.maxM)} m`}`);
  terminal.line(`speed         ${number(maxSpeedMps, "m/s")}`);
  terminal.line(`acceleration  ${number(maxAccelerationMps2, "m/s²")}`);
  terminal.line(`force         ${number(maxForceN, "N")}`);
  terminal.line(
    `latency       ${latency === null ? "not measured" : `mean ${formatG(latency.meanMs)} ms, p99 ${formatG(latency.p99Ms)} ms, ${latency.n} samples`}`,
  );
  terminal.line(`fit           ${fitText(found)}`);
  for (const warning of warnings) terminal.line(terminal.paint("warn", `warning       ${warning}`));
  terminal.line("");
  terminal.line(terminal.paint("bold", "proposed limits, for a person to review"));
  const { workspace_bounds: bounds, max_velocity, max_acceleration, max_force_n } = proposal;
  if (bounds !== undefined)
    terminal.line(`  workspace_bounds  [[${bounds[0].map(formatG).join(", ")}], [${bounds[1].map(formatG).join(", ")}]]`);
  for (const [key, value] of Object.entries({ max_velocity, max_acceleration, max_force_n }))
    if (value !== undefined) terminal.line(`  ${key.padEnd(16)}  ${formatG(value)}`);
  for (const note of proposal.notes) terminal.line(terminal.paint("dim", `  ${note}`));
  terminal.line("");
  terminal.line(`trace ${tracePath}${out === undefined ? "" : `, proposal ${out}`}`);
}

function fitText(found: SimilarityFit | undefined): string {
  if (found === undefined) return "none: fewer than four commanded points that are not on one line were reached";
  const { rotationWxyz, scale, translationM, residualM, n } = found;
  const turn = rotationWxyz.map((part) => formatG(part)).join(", ");
  return `scale ${formatG(scale)}, rotation (${turn}), shift ${vectorText(translationM)} m, residual ${formatG(residualM)} m, ${n} points`;
}

function vectorText(point: Vec3): string {
  return `(${point.map(formatG).join(", ")})`;
}
