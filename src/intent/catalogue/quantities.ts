/**
 * The quantities that arguments are made of. Bounds catch millimetres sent as metres; zod numbers already refuse NaN and infinities.
 * @module
 */
import * as z from "zod";

export const metres = z.number().min(-100).max(100).meta({ unit: "m" });
export const radians = z.number().min(-100).max(100).meta({ unit: "rad" });
export const seconds = z.number().min(0).max(600).meta({ unit: "s" });
export const newtons = z.number().min(0).max(10_000).meta({ unit: "N" });
export const worldPoint = z.tuple([metres, metres, metres]).meta({ unit: "m", frame: "world" });
export const inWorld = (what: string) => metres.meta({ unit: "m", frame: "world", description: what });
