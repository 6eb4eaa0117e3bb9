import { CommandWatchdog } from "../command-watchdog.ts";
import { CommanderWatch } from "../commander-watch.ts";
import { EnableDevice } from "../enable-device.ts";
import { HeartbeatBoard, HeartbeatWatch } from "../heartbeat.ts";
import { HumanStop } from "../human-stop.ts";
import { MemoryLatchStore } from "../latch-store.ts";
import { Pendant } from "../pendant.ts";
import type { Recheck } from "../stop-types.ts";
import type { ResetOutcome, SupervisorEvent, SupervisorOptions } from "../supervisor-types.ts";
import { SafetySupervisor } from "../supervisor.ts";
import { FakeArm } from "./machines.ts";
import { WaitingClock } from "./waiting-clock.ts";

/** A supervised arm with every device a robot can have, all of them well, and hands to change that. */
export class Rig {
  readonly clock = new WaitingClock();
  readonly arm = new FakeArm(this.clock);
  readonly runner = new FakeArm(this.clock, "runner");
  readonly command = new CommandWatchdog();
  readonly human = new HumanStop();
  readonly policy = new CommanderWatch({ name: "policy", deadmanMs: 500 });
  readonly enable = new EnableDevice();
  readonly pendant = new Pendant({ activeLow: true });
  readonly board = new HeartbeatBoard(["monitor"]);
  readonly events: SupervisorEvent[] = [];
  readonly store: SupervisorOptions["store"];
  readonly supervisor: SafetySupervisor;
  check: Recheck | "throws" = "clean";
  /** What the devices say by themselves while time passes. */
  readonly says = { enable: true, pendant: 1 as 0 | 1 | "error" | undefined, monitor: true, policy: true };

  constructor(changes: Partial<SupervisorOptions> = {}) {
    this.store = changes.store ?? new MemoryLatchStore();
    this.supervisor = new SafetySupervisor({
      robot: "hardware",
      clock: this.clock,
      targets: [this.arm],
      resetParties: [this.arm, this.runner],
      store: this.store,
      watchdogs: {
        command: this.command,
        human: this.human,
        commanders: [this.policy],
        enable: this.enable,
        pendant: this.pendant,
        heartbeats: [new HeartbeatWatch(this.board, "monitor")],
      },
      authorise: (credential) => {
        if (credential === "broken") throw new Error("no directory");
        const operatorId = typeof credential === "string" ? credential : "";
        return { operatorId, authenticated: operatorId !== "stranger", allowed: operatorId === "anna" };
      },
      recheck: () => {
        if (this.check === "throws") throw new Error("no state");
        return this.check;
      },
      onEvent: (event) => this.events.push(event),
      ...changes,
    });
  }

  get state(): string {
    return this.supervisor.status().state;
  }

  /** Time passes in steps of 10 ms, devices speak, the timer ticks every 50 ms. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10) {
      await this.clock.advance(Math.min(10, left));
      this.#speak();
      if (Math.round(this.clock.nowMs()) % 50 === 0) this.supervisor.tick();
    }
  }

  async ready(): Promise<this> {
    this.supervisor.configure([]);
    this.#speak();
    await this.supervisor.activate();
    this.#speak();
    return this;
  }

  async running(): Promise<this> {
    await this.ready();
    this.move();
    return this;
  }

  /** A goal, and a command that takes 10 s, so that nothing but the cause at hand stops it. */
  move(): void {
    this.policy.takeOver(this.clock.nowMs());
    this.supervisor.grant("goal-1", true);
    this.supervisor.noteVetted(100, 100);
  }

  async reset(asking: { readonly credential?: unknown; readonly recovery?: boolean } = { credential: "anna" }): Promise<ResetOutcome> {
    const asked = await this.supervisor.requestReset(asking);
    return asked.ok && this.state === "resetting" ? this.supervisor.confirmReset() : asked;
  }

  trips(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === "transition" && event.event.kind === "trip" ? [event.event.source] : []));
  }

  #speak(): void {
    const nowMs = this.clock.nowMs();
    if (this.says.enable) this.enable.signal(true, nowMs);
    if (this.says.pendant !== undefined) this.pendant.read(this.says.pendant, nowMs);
    if (this.says.monitor) this.board.beat("monitor");
    if (this.says.policy) this.policy.beat(nowMs);
  }
}
