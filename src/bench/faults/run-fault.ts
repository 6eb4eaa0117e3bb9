/**
 * Lets one fault happen and says what became of it.
 * @module
 */
import { hypot3 } from "../../core/elementary.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { LoadedProfile } from "../../profile/files.ts";
import { tipPose } from "../../robot/kinematics.ts";
import type { StepRecord } from "../../trace/records.ts";
import type { Fault, FaultOutcome, IntentFault, LoadFault, MotionFault } from "./fault.ts";
import { Rig } from "./rig.ts";

/** The motion that faults set in on: across the table, about a second. */
const from = { x: 0.45, y: -0.3, z: 0.4 } as const;
const to = { x: 0.45, y: 0.25, z: 0.35 } as const;
/** How near to its target counts as arrived, m. */
const arrivedM = 0.005;

export function runFault(profile: LoadedProfile, fault: Fault): Promise<FaultOutcome> {
  switch (fault.kind) {
    case "motion":
      return duringMotion(profile, fault);
    case "intent":
      return asked(profile, fault);
    case "load":
      return Promise.resolve(loaded(fault));
    default:
      return fault satisfies never;
  }
}

async function duringMotion(profile: LoadedProfile, fault: MotionFault): Promise<FaultOutcome> {
  const stopping = new AbortController();
  const rig = await Rig.open(profile, fault.hooks(), () => (fault.stopped === true ? stopping.abort() : undefined));
  await using _ = rig.robot.backend;
  const { runtime, collision } = rig.robot;
  await runtime.step({ name: "move_to", args: from });
  rig.arm();
  let noticed: string;
  try {
    const record = await runtime.step({ name: "move_to", args: to }, { signal: stopping.signal });
    noticed = noticedBy(record, rig, fault.stopped === true);
  } catch (error) {
    // A step never throws; one that did noticed nothing that anybody could act on.
    return { ...nothingNoticed(fault), harm: `the runtime threw ${String(error)}` };
  }
  const [x, y, z] = tipPose(collision.robot, rig.machine.qRad).position;
  const arrived = fault.stopped === true || hypot3(x - to.x, y - to.y, z - to.z) <= arrivedM;
  const onsetMs = rig.onsetMs ?? 0;
  return {
    name: fault.name,
    group: fault.group,
    verdict: noticed === "" ? (arrived && rig.body.harm === "" ? "harmless" : "undetected") : "detected",
    by: noticed,
    timeToSafeMs: rig.machine.lastMotionMs > onsetMs ? rig.machine.lastMotionMs - onsetMs : null,
    harm: rig.body.harm,
  };
}

/** Empty when nothing said that anything was wrong. */
function noticedBy({ decision, result, kernel, stop }: StepRecord, { trace }: Rig, stopped: boolean): string {
  const alarm = trace.records.find((record) => record.kind === "note" && record.note === "alarm");
  if (alarm?.kind === "note") return `alarm ${JSON.stringify(alarm.fields["alarm"]).slice(1, -1)}`;
  if (stopped) {
    if (stop?.["acknowledged"] === false) return "stop not acknowledged";
    if (stop?.["at_rest"] === false) return "stop not at rest";
    return result.status === "stopped" ? "" : result.message;
  }
  if (result.status === "ok") return "";
  if (result.status === "blocked") return `gate ${decision.gateName}`;
  const refused = kernel?.["refused"];
  if (typeof refused === "object" && refused !== null && "code" in refused) return `kernel ${JSON.stringify(refused.code).slice(1, -1)}`;
  return `${result.status}: ${result.message.slice(0, 60)}`;
}

async function asked(profile: LoadedProfile, fault: IntentFault): Promise<FaultOutcome> {
  const rig = await Rig.open(profile, {});
  await using _ = rig.robot.backend;
  const { runtime } = rig.robot;
  // So that there is a past to be out of date with.
  await runtime.step({ name: "move_to", args: from });
  const askedAtMs = runtime.clock.nowMs();
  const { decision, result } = await runtime.step(fault.intent);
  const moved = rig.machine.lastMotionMs > askedAtMs;
  if (result.status === "ok") return { ...nothingNoticed(fault), harm: moved ? "it moved" : "" };
  const by = result.status === "blocked" ? `gate ${decision.gateName}` : result.message.slice(0, 60);
  return {
    name: fault.name,
    group: fault.group,
    verdict: "detected",
    by,
    timeToSafeMs: moved ? rig.machine.lastMotionMs - askedAtMs : null,
    harm: rig.body.harm,
  };
}

function loaded(fault: LoadFault): FaultOutcome {
  try {
    fault.load();
  } catch (error) {
    const by = ClearanceError.is(error) ? `refused at load (${error.code})` : `threw ${String(error)}`;
    return { name: fault.name, group: fault.group, verdict: "detected", by, timeToSafeMs: null, harm: "" };
  }
  return nothingNoticed(fault);
}

function nothingNoticed({ name, group }: Fault): FaultOutcome {
  return { name, group, verdict: "undetected", by: "", timeToSafeMs: null, harm: "" };
}
