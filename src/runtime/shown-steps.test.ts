import { expect, test } from "vitest";
import type { Policy, Turn } from "../policy/policy.ts";
import type { NoteRecord } from "../trace/records.ts";
import { runPolicy } from "./run-policy.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

const picture = {
  kind: "pixels",
  pixels: { camera: "scene", as: "image", width: 1, height: 1, rgb: Uint8Array.of(1, 2, 3) },
} as const;

/** Looks around as often as there are names, each step said to come of one; `undefined`: of what was just shown. */
function naming(names: readonly (string | undefined)[]): Policy {
  let at = 0;
  return {
    name: "naming",
    propose: (turn: Turn) => {
      const shown = turn.show?.([picture], turn.observation.id);
      if (at === names.length) return Promise.resolve({ kind: "done", reached: true, message: "" });
      const name = names[at++] ?? shown;
      const intent = { id: `n-${at}`, name: "get_status", args: {}, rationale: "" };
      return Promise.resolve({ kind: "intent", intent, ...(name === undefined ? {} : { shown: name }) });
    },
  };
}

test("a step names the pictures that its policy was shown, over several goals, and none that nobody was shown", async () => {
  const { runtime, trace } = gantryRuntime();
  const first = await runPolicy(runtime, naming([undefined, "shown-1", "shown-9", "", "forged"]), "one");
  expect(first.steps.map(({ shown }) => shown)).toEqual(["shown-1", "shown-1", undefined, undefined, undefined]);
  const second = await runPolicy(runtime, naming([undefined, "shown-6"]), "two");
  expect(second.steps.map(({ shown }) => shown)).toEqual(["shown-7", "shown-6"]);
  const notes = trace.records.filter((record): record is NoteRecord => record.kind === "note");
  const shown = notes.filter(({ note }) => note === "shown").map(({ fields }) => [fields["id"], fields["to"]]);
  expect(shown).toEqual(Array.from({ length: 9 }, (_, i) => [`shown-${i + 1}`, "naming"]));
});
