import type { BrowserPlaces, BrowserRenderer } from "../backend/browser/index.ts";

/** Who draws the colour pictures of a simulated robot: rays, or a browser that is to be found. */
export type RendererChoice = { readonly kind: "rays" } | { readonly kind: "browser"; readonly places: BrowserPlaces };

/** Nothing for rays. Before anything of a robot is opened, so that none starts without what was asked for. @throws ClearanceError, one line */
export async function openRenderer(choice: RendererChoice): Promise<BrowserRenderer | undefined> {
  if (choice.kind === "rays") return undefined;
  const { BrowserRenderer: Opened, findBrowser } = await import("../backend/browser/index.ts");
  return Opened.open({ executablePath: findBrowser(choice.places) });
}
