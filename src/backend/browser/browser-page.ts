/**
 * A Chromium of its own with one page, which draws. It sees no network, no user's profile and no keys of the environment.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { identityPose } from "../../core/pose.ts";
import type { VisualScene, VisualShot } from "../../core/visual-scene.ts";
import { noBrowser } from "./find-browser.ts";
import { notInstalled, pageFile, pageUrl, threeFolder } from "./page-files.ts";
import type { PageStage } from "./page/main.ts";

/** The same software on every machine, and no errand of the browser's own. */
const flags = [
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--host-resolver-rules=MAP * ~NOTFOUND",
];
/** Of the environment, what a program needs to start: keys are no business of a browser's. */
const handedOn = ["PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT"];
const startTimeoutMs = 30_000;
const endTimeoutMs = 3_000;

/** Drawn at the start: that it works is known then, and the first picture that somebody waits for finds everything compiled. */
const trial: { readonly scene: VisualScene; readonly shot: VisualShot } = {
  scene: {
    light: { towardSun: [0, 0, 1], sun: [1, 1, 1], above: [1, 1, 1], below: [1, 1, 1] },
    parts: [
      { name: "box", shape: { kind: "box", halfM: [0.1, 0.1, 0.1] }, rgb: [1, 1, 1] },
      { name: "floor", shape: { kind: "plane", halfM: [0, 0] }, rgb: [1, 1, 1] },
    ],
    meshes: [],
  },
  shot: {
    camera: { worldFromCamera: identityPose, verticalFovRad: 1, width: 16, height: 12 },
    worldFromParts: [1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0],
    unseen: [],
  },
};

export interface BrowserPageOptions {
  /** Of a Chromium. */
  readonly executablePath: string;
  /** Hears of everything that the page asks for, and whether it got it. */
  readonly onRequest?: ((url: string, served: boolean) => void) | undefined;
}

export class BrowserPage {
  /** Of the browser's first process; the others are in its group. */
  readonly pid: number;
  /** Rejects when the page or the browser is no more. */
  readonly #gone: Promise<never>;
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #folder: string;
  #ended: Promise<void> | undefined;

  /** @throws ClearanceError `backend.unavailable`, one line */
  static async open(options: BrowserPageOptions): Promise<BrowserPage> {
    const three = threeFolder();
    const { chromium } = await import("playwright-core").catch((cause: unknown) => {
      throw notInstalled(cause);
    });
    const folder = mkdtempSync(join(tmpdir(), "clearance-browser-"));
    let [context, opened]: [BrowserContext?, BrowserPage?] = [];
    try {
      context = await chromium.launchPersistentContext(join(folder, "profile"), {
        executablePath: options.executablePath,
        headless: true,
        args: flags,
        // Chromium refuses to run its sandbox as root.
        chromiumSandbox: process.getuid?.() !== 0,
        env: Object.fromEntries([...handedOn.flatMap((name) => present(name)), ["HOME", folder]]),
        // Ctrl-C is the robot's: it stops first, and the browser goes with the process.
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        serviceWorkers: "block",
        timeout: startTimeoutMs,
      });
      const page = context.pages()[0] ?? (await context.newPage());
      await loadPage(context, page, three, options);
      opened = new BrowserPage(context, page, folder, await processOf(context));
      await opened.load(JSON.stringify(trial.scene), startTimeoutMs);
      await opened.draw(JSON.stringify(trial.shot), false, startTimeoutMs);
      return opened;
    } catch (cause) {
      await (opened?.close(true) ?? context?.close().catch(() => undefined));
      remove(folder);
      if (cause instanceof Error && cause.name === "ClearanceError") throw cause;
      throw noBrowser(`${options.executablePath}: ${firstLine(cause)}`, "try another Chromium by CLEARANCE_BROWSER", cause);
    }
  }

  private constructor(context: BrowserContext, page: Page, folder: string, pid: number) {
    this.pid = pid;
    this.#context = context;
    this.#page = page;
    this.#folder = folder;
    this.#gone = new Promise((_, reject) => {
      page.once("crash", () => reject(new Error("the page crashed")));
      page.once("close", () => reject(new Error("the page was closed")));
      context.once("close", () => reject(new Error("the browser was closed")));
    });
    this.#gone.catch(() => undefined);
    process.once("exit", this.#sweep);
  }

  /** `sceneJson`: a `VisualScene`, drawn from now on. */
  load(sceneJson: string, timeoutMs: number): Promise<void> {
    return this.#within(
      timeoutMs,
      this.#page.evaluate((json) => (Reflect.get(globalThis, "clearanceStage") as PageStage).load(json), sceneJson),
    );
  }

  /** Shape `[height, width, 4]`, rows from the top: colours, or with `parts` which part each pixel shows, as `Stage.drawParts` has it. */
  async draw(shotJson: string, parts: boolean, timeoutMs: number): Promise<Uint8Array> {
    const drawn = this.#page.evaluate(({ json, asParts }) => (Reflect.get(globalThis, "clearanceStage") as PageStage).draw(json, asParts), {
      json: shotJson,
      asParts: parts,
    });
    return Uint8Array.from(Buffer.from(await this.#within(timeoutMs, drawn), "base64"));
  }

  /** Never throws; after it no process of the browser is left, nor its folder. `atOnce`: it is not asked, for it may not answer. */
  close(atOnce = false): Promise<void> {
    if (atOnce) this.#kill();
    this.#ended ??= this.#close();
    return this.#ended;
  }

  async #close(): Promise<void> {
    const closed = this.#context.close().then(
      () => true,
      () => false,
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), endTimeoutMs);
    });
    if (!(await Promise.race([closed, late]))) this.#kill();
    clearTimeout(timer);
    process.off("exit", this.#sweep);
    remove(this.#folder);
  }

  /** The last thing of a process that ends without closing: playwright ends the browser with it, and this does where it did not. */
  readonly #sweep = (): void => {
    this.#kill();
    remove(this.#folder);
  };

  #kill(): void {
    try {
      process.kill(process.platform === "win32" ? this.pid : -this.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  async #within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
    // Of two that fail, one is heard; the other must not end the process.
    answer.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the page did not answer within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      return await Promise.race([answer, this.#gone, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Serves the page its own files and nothing else, whoever asks. */
async function loadPage(context: BrowserContext, page: Page, three: string, { onRequest }: BrowserPageOptions): Promise<void> {
  await context.route("**/*", async (route) => {
    const url = route.request().url();
    const file = pageFile(url, three);
    onRequest?.(url, file !== undefined);
    if (file === undefined) await route.abort("blockedbyclient");
    else await route.fulfill({ contentType: file.contentType, body: file.body });
  });
  let problem: string | undefined;
  page.on("pageerror", (error) => {
    problem ??= firstLine(error);
  });
  await page.goto(pageUrl, { timeout: startTimeoutMs });
  const ready = await page.evaluate(() => Reflect.has(globalThis, "clearanceStage"));
  if (!ready) throw new Error(problem ?? "the page does not start");
}

async function processOf(context: BrowserContext): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession();
  const all = await session?.send("SystemInfo.getProcessInfo");
  await session?.detach();
  const first = all?.processInfo.find(({ type }) => type === "browser");
  if (first === undefined) throw new Error("it does not say which process it is");
  return first.id;
}

function present(name: string): readonly (readonly [string, string])[] {
  const value = process.env[name];
  return value === undefined ? [] : [[name, value]];
}

/** What the processes of a browser that just ended still hold is tried again. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch {
    // A few files in the folder for such files; nothing depends on them.
  }
}

/** Playwright says a lot; what the browser itself complains of is what went wrong, else what comes first. */
function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [complaint] = /(?<=\[err\] ).+/.exec(text) ?? [];
  const [first = ""] = text.split("\n", 1);
  const own = first.replace(/^\w+\.\w+: /, "");
  return (complaint ?? (/has been closed/.test(own) ? "it ended as soon as it was started" : own)).trim().slice(0, 200);
}
