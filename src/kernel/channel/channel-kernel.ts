/**
 * A kernel that runs in another thread, seen from where the robot is driven: the same `vet`, answered through shared memory.
 *
 * Fails closed by name: no answer in time is `kernel_late`, a dead or failed kernel `kernel_lost`, no room `channel_overrun`, a damaged
 * slot `channel_corrupt`, the stop flag `estop_latched`. An answer that comes after its chunk was refused is counted and dropped.
 * @module
 */
import type { Command, ControlMode } from "../command.ts";
import type { MeasuredState } from "../decode-command.ts";
import type { Kernel, Passed, Refused } from "../kernel.ts";
import { CommandCopy } from "../vetted.ts";
import { Answer, answerRecord, readAnswer } from "./answer-codec.ts";
import { answerRing, requestRing } from "./channel-server.ts";
import { STATE, STOP, WORD, type ChannelMemory, type StopCause } from "./memory.ts";
import { mintFromAnswer } from "./mint.ts";
import { refusal } from "./refusal-codes.ts";
import { RequestWriter, UNFIT } from "./request-codec.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { RING, type SlotRing } from "./slot-ring.ts";
import { releaseStop, setStop } from "./stop-flag.ts";
import { canBlock, canWaitAsync, waitAsync } from "./waiting.ts";

export interface ChannelKernelOptions {
  readonly memory: ChannelMemory;
  readonly modes: ReadonlySet<ControlMode>;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** From the call to the answer, ms. */
  readonly deadlineMs?: number;
  /** The kernel's silence that is a stop while armed, ms. */
  readonly silenceMs?: number;
  /** How often the answer is looked for before the thread sleeps. */
  readonly spins?: number;
  /** Told when chunks begin and end to be under way in `vetAsync`, so that the host keeps its event loop alive. */
  readonly onWaiting?: (waiting: boolean) => void;
}

export interface Liveness {
  readonly state: "starting" | "serving" | "closed" | "failed" | "lost";
  /** Since the kernel's counter was last seen moving, ms. */
  readonly silentMs: number;
  readonly stop: keyof typeof STOP;
  /** Answers that came after their chunk had been refused. */
  readonly lateAnswers: number;
  readonly corruptAnswers: number;
}

/** One chunk under way. Kept and reused. */
class Flight {
  own: CommandCopy | undefined = undefined;
  request = 0;
  epoch = 0;
  nowMs = 0;
  deadlineMs = 0;
  verdict: Passed | Refused | undefined = undefined;
  resolve: ((verdict: Passed | Refused) => void) | undefined = undefined;
}

export class ChannelKernel implements Kernel {
  readonly modes: ReadonlySet<ControlMode>;
  readonly #memory: ChannelMemory;
  readonly #control: Int32Array;
  readonly #requests: SlotRing;
  readonly #answers: SlotRing;
  readonly #writer: RequestWriter;
  readonly #record = answerRecord();
  readonly #answer = new Answer();
  readonly #lanes = new Int32Array(2);
  readonly #nowMs: () => number;
  readonly #deadlineMs: number;
  readonly #spins: number;
  readonly #blocks = canBlock();
  readonly #waitsAsync = canWaitAsync();
  readonly #onWaiting: ((waiting: boolean) => void) | undefined;
  readonly #flights: readonly Flight[];
  readonly #watch: SilenceWatch;
  #sent = 0;
  #answered = 0;
  #waiting = 0;
  #pumping = false;
  #open = true;
  #lateAnswers = 0;
  #corruptAnswers = 0;

  constructor({ memory, modes, nowMs, deadlineMs = 50, silenceMs = 200, spins = 100, onWaiting }: ChannelKernelOptions) {
    this.modes = modes;
    this.#memory = memory;
    this.#control = memory.control;
    this.#requests = requestRing(memory);
    this.#answers = answerRing(memory);
    this.#writer = new RequestWriter(memory.shape);
    this.#nowMs = nowMs;
    this.#deadlineMs = deadlineMs;
    this.#spins = spins;
    this.#onWaiting = onWaiting;
    this.#flights = Array.from({ length: memory.shape.nSlots }, () => new Flight());
    this.#watch = new SilenceWatch(nowMs, silenceMs);
  }

  /** Blocks the thread until the answer or the deadline; spins where the host does not let it block. Never throws. */
  vet(command: Command, state: MeasuredState): Passed | Refused {
    const flight = this.#send(command, state);
    if (!(flight instanceof Flight)) return flight;
    for (let i = 0; i < this.#spins && flight.verdict === undefined; i++) this.#takeAnswers();
    while (flight.verdict === undefined) this.#wait(flight);
    return this.#landed(flight);
  }

  /** The same without blocking. At most as many at once as the channel has slots. Never rejects. */
  vetAsync(command: Command, state: MeasuredState): Promise<Passed | Refused> {
    if (!this.#waitsAsync) return Promise.resolve(this.vet(command, state));
    const flight = this.#send(command, state);
    if (!(flight instanceof Flight)) return Promise.resolve(flight);
    return new Promise((resolve) => {
      flight.resolve = resolve;
      this.#waiting += 1;
      if (this.#waiting === 1) this.#onWaiting?.(true);
      void this.#pump();
    });
  }

  /** While armed, silence of either side for longer than its limit sets the stop flag. */
  arm(armed: boolean): void {
    this.beat();
    Atomics.store(this.#control, WORD.armed, armed ? 1 : 0);
  }

  /** Shows the kernel that this side lives, and looks whether the kernel does. Several times in each limit of silence. */
  beat(): void {
    const control = this.#control;
    Atomics.add(control, WORD.clientBeat, 1);
    const armed = Atomics.load(control, WORD.armed) === 1;
    if (this.#watch.silent(Atomics.load(control, WORD.serverBeat), armed)) setStop(control, STOP.kernelSilent);
  }

  /** Nothing is vetted from now on, and nothing that is under way. Any thread with the memory may do the same. */
  stop(cause: StopCause = STOP.asked): void {
    setStop(this.#control, cause);
  }

  /** For an authorised reset alone. */
  releaseStop(): void {
    releaseStop(this.#control);
  }

  /** The kernel is known to be gone: what is under way is refused now. */
  lost(): void {
    const control = this.#control;
    const gone = this.#open ? STATE.lost : STATE.closed;
    if (Atomics.compareExchange(control, WORD.state, STATE.serving, gone) !== STATE.serving)
      Atomics.compareExchange(control, WORD.state, STATE.starting, gone);
    if (!this.#open) return;
    setStop(control, STOP.kernelLost);
    Atomics.notify(control, WORD.answerHead);
  }

  liveness(): Liveness {
    const state = Atomics.load(this.#control, WORD.state);
    const stop = Atomics.load(this.#control, WORD.stop);
    this.#watch.silent(Atomics.load(this.#control, WORD.serverBeat), Atomics.load(this.#control, WORD.armed) === 1);
    return {
      state: nameIn(STATE, state) ?? "failed",
      silentMs: this.#watch.silentMs,
      stop: nameIn(STOP, stop) ?? "asked",
      lateAnswers: this.#lateAnswers,
      corruptAnswers: this.#corruptAnswers,
    };
  }

  close(): void {
    this.#open = false;
    Atomics.store(this.#control, WORD.closing, 1);
    Atomics.notify(this.#control, WORD.requestHead);
    Atomics.notify(this.#control, WORD.answerHead);
  }

  #send(command: Command, state: MeasuredState): Flight | Refused {
    const control = this.#control;
    Atomics.add(control, WORD.clientBeat, 1);
    const barred = this.#barred();
    if (barred !== undefined) return barred;
    const { nSlots } = this.#memory.shape;
    if (!(((this.#sent - this.#answered) | 0) < nSlots)) this.#takeAnswers();
    if (!(((this.#sent - this.#answered) | 0) < nSlots))
      return refusal("channel_overrun", `${nSlots} chunks are under way already`, { slots: nSlots });
    const epoch = Atomics.load(control, WORD.epoch);
    let own: CommandCopy;
    try {
      const unfit = this.#fits(command);
      if (unfit !== undefined) return unfit;
      own = new CommandCopy(command);
      const late = this.#fits(own) ?? this.#written(own, state);
      if (late !== undefined) return late;
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : typeof cause;
      return refusal("malformed", `the command cannot be read: ${text}`);
    }
    const put = this.#requests.put(this.#writer.record, this.#writer.length);
    if (put !== RING.ok) return refusal("channel_overrun", "the channel takes no request", { ring: put });
    return this.#flight(own, epoch);
  }

  #flight(own: CommandCopy, epoch: number): Flight {
    const request = this.#requests.number;
    const flight = this.#flights[(request - 1) & (this.#memory.shape.nSlots - 1)]!;
    flight.own = own;
    flight.request = request;
    flight.epoch = epoch;
    flight.deadlineMs = this.#nowMs() + this.#deadlineMs;
    flight.verdict = undefined;
    flight.resolve = undefined;
    this.#sent = request;
    return flight;
  }

  /** Why nothing can be asked, or waited for, now. */
  #barred(): Refused | undefined {
    if (!this.#open) return refusal("closed", "the kernel is closed");
    const state = Atomics.load(this.#control, WORD.state);
    if (!(state === STATE.serving)) return refusal("kernel_lost", `the kernel does not serve: ${nameIn(STATE, state) ?? "failed"}`);
    const stop = Atomics.load(this.#control, WORD.stop);
    if (!(stop === STOP.none)) return refusal("estop_latched", `the stop flag is set: ${nameIn(STOP, stop) ?? stop}`);
    return undefined;
  }

  #fits({ rows }: Command): Refused | undefined {
    const { maxNumbers } = this.#memory.shape;
    if (!(ArrayBuffer.isView(rows) && rows instanceof Float64Array)) return refusal("malformed", "rows must be a Float64Array");
    if (!(rows.length <= maxNumbers))
      return refusal("dim_mismatch", `${rows.length} numbers in one chunk, the channel carries ${maxNumbers}`, {
        field: "rows",
        value: rows.length,
        limit: maxNumbers,
      });
    return undefined;
  }

  #written(own: CommandCopy, state: MeasuredState): Refused | undefined {
    const unfit = this.#writer.write(own, state);
    switch (unfit) {
      case UNFIT.none:
        return undefined;
      case UNFIT.mode:
        return refusal("mode_unsupported", `there is no mode ${own.mode}`, { mode: String(own.mode), configured: [...this.modes] });
      case UNFIT.joints:
        return refusal("state_unavailable", `more joints were measured than the channel carries`, {
          measured: state.measuredRad.length,
          limit: this.#memory.shape.maxJoints,
        });
      case UNFIT.numbers:
      case UNFIT.name:
        return refusal("dim_mismatch", "the command is larger than the channel carries", {
          field: unfit === UNFIT.name ? "goal or part" : "rows",
        });
    }
  }

  #takeAnswers(): void {
    while (((this.#sent - this.#answered) | 0) > 0) {
      const taken = this.#answers.take(this.#record);
      if (taken === RING.empty) return;
      if (taken === RING.broken) {
        Atomics.store(this.#control, WORD.state, STATE.failed);
        return setStop(this.#control, STOP.kernelFailed);
      }
      this.#answered = this.#answers.number;
      const flight = this.#flights[(this.#answered - 1) & (this.#memory.shape.nSlots - 1)]!;
      if (flight.own === undefined) this.#lateAnswers += 1;
      else this.#settle(flight, this.#verdictOf(flight, taken === RING.ok && readAnswer(this.#record, this.#answers.length, this.#answer)));
    }
  }

  #verdictOf(flight: Flight, sound: boolean): Passed | Refused {
    const { own, request } = flight;
    if (!sound || own === undefined) {
      this.#corruptAnswers += 1;
      return refusal("channel_corrupt", "the answer did not arrive as it was sent", { request });
    }
    this.#writer.writeContent(own);
    this.#writer.hashInto(request, this.#lanes);
    flight.nowMs = this.#nowMs();
    const stop = Atomics.load(this.#control, WORD.stop);
    return mintFromAnswer(own, flight, this.#answer, this.#lanes, stop, Atomics.load(this.#control, WORD.epoch));
  }

  #settle(flight: Flight, verdict: Passed | Refused): void {
    flight.own = undefined;
    flight.verdict = verdict;
    const { resolve } = flight;
    if (resolve === undefined) return;
    flight.resolve = undefined;
    flight.verdict = undefined;
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#onWaiting?.(false);
    resolve(verdict);
  }

  #landed(flight: Flight): Passed | Refused {
    const { verdict } = flight;
    flight.verdict = undefined;
    return verdict ?? refusal("kernel_lost", "no verdict");
  }

  /** One look, and then at most one sleep. */
  #wait(flight: Flight): void {
    const seen = Atomics.load(this.#control, WORD.answerHead);
    this.#takeAnswers();
    if (flight.verdict !== undefined || this.#refuseOverdue(flight)) return;
    const leftMs = flight.deadlineMs - this.#nowMs();
    if (this.#blocks && leftMs > 0) Atomics.wait(this.#control, WORD.answerHead, seen, leftMs);
  }

  #refuseOverdue(flight: Flight): boolean {
    const barred = this.#barred();
    if (barred !== undefined) {
      this.#settle(flight, barred);
      return true;
    }
    if (this.#nowMs() < flight.deadlineMs) return false;
    this.#settle(
      flight,
      refusal("kernel_late", `the kernel did not answer within ${this.#deadlineMs} ms`, { deadlineMs: this.#deadlineMs }),
    );
    return true;
  }

  /** Settles what `vetAsync` waits for; ends when nothing is left. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#waiting > 0) {
      const seen = Atomics.load(this.#control, WORD.answerHead);
      this.#takeAnswers();
      let nextMs = Infinity;
      for (const flight of this.#flights) {
        if (flight.resolve === undefined || this.#refuseOverdue(flight)) continue;
        nextMs = Math.min(nextMs, flight.deadlineMs);
      }
      if (this.#waiting > 0) await waitAsync(this.#control, WORD.answerHead, seen, Math.max(0, nextMs - this.#nowMs()));
    }
    this.#pumping = false;
  }
}

function nameIn<const Names extends Readonly<Record<string, number>>>(names: Names, value: number): keyof Names | undefined {
  for (const name of Object.keys(names)) if (isKey(names, name) && names[name] === value) return name;
  return undefined;
}

function isKey<Names extends object>(names: Names, name: string): name is keyof Names & string {
  return Object.hasOwn(names, name);
}
