/**
 * Colour pictures by three.js in a headless Chromium, for whoever prefers them to rays. Needs Node, and `playwright-core` and `three`.
 * @module
 */
export { BrowserRenderer } from "./browser-renderer.ts";
export type { BrowserRendererOptions } from "./browser-renderer.ts";
export type { BrowserPageOptions } from "./browser-page.ts";
export { browserNames, findBrowser } from "./find-browser.ts";
export type { BrowserPlaces } from "./find-browser.ts";
