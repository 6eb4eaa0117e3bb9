/**
 * A process that trips and dies: `node tripping-process.ts LATCH_FILE HOW`. `in-stop`: inside the first adapter's `stop`, before the
 * fan-out went on. `waiting`: prints "tripped" and waits for an acknowledgement that never comes, to be killed from outside.
 */
import { CommandWatchdog } from "../../stop/command-watchdog.ts";
import { CommanderWatch } from "../../stop/commander-watch.ts";
import { HumanStop } from "../../stop/human-stop.ts";
import { SafetySupervisor } from "../../stop/supervisor.ts";
import { LatchFile } from "../latch-file.ts";

const [, , path = "", how = ""] = process.argv;
const watchdogs = {
  command: new CommandWatchdog(),
  human: new HumanStop(),
  commanders: [new CommanderWatch({ name: "policy", deadmanMs: 500 })],
};
const clock = {
  kind: "real",
  epochNs: 0n,
  nowMs: () => performance.now(),
  sleepUntil: (atMs: number) => new Promise<void>((resolve) => setTimeout(resolve, atMs - performance.now())),
} as const;
const supervisor = new SafetySupervisor({
  robot: "simulated",
  clock,
  store: new LatchFile(path),
  watchdogs,
  resetParties: [{ name: "arm", answerReset: (epoch) => ({ stopped: true, ready: true, epoch }) }],
  targets: [
    {
      name: "arm",
      kind: "hardware",
      stop: () => {
        if (how === "in-stop") process.kill(process.pid, "SIGKILL");
        return new Promise(() => {});
      },
      observe: () => ({ atMs: 0, qRad: [0], qdRadPerS: [0] }),
    },
  ],
  authorise: () => ({ operatorId: "", authenticated: false, allowed: false }),
  recheck: () => "clean",
  onEvent: () => {},
});
supervisor.configure([]);
await supervisor.activate();
supervisor.grant("goal", true);
supervisor.noteVetted(10, 10);
process.stdout.write(`moving ${supervisor.mayMove}\n`);
void supervisor.violation("joint_rate", { value: 30 });
process.stdout.write("tripped\n");
setInterval(() => {}, 1000);
