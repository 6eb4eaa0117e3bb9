import type { ActionChunk, VlaAnswer, VlaModel, VlaRequest } from "../vla-model.ts";

/** A model that answers by a function; what it was asked is kept. */
export function fakeModel(
  answer: (request: VlaRequest, index: number) => VlaAnswer | Promise<VlaAnswer>,
): VlaModel & { readonly asked: readonly VlaRequest[] } {
  const asked: VlaRequest[] = [];
  return {
    name: "fake",
    dropped: { late: 0, repeated: 0, older: 0 },
    asked,
    async infer(request) {
      asked.push(request);
      return answer(request, asked.length - 1);
    },
    close: () => undefined,
  };
}

export function chunkOf(observationId: string, rows: readonly (readonly number[])[], fields: Partial<ActionChunk> = {}): VlaAnswer {
  const width = rows[0]?.length ?? 0;
  const actions = Float64Array.from(rows.flat());
  return { kind: "chunk", chunk: { observationId, actions, rows: rows.length, width, done: false, ...fields } };
}
