/**
 * Records, lines, hash chain, reader and summary. The file writer is `clearance/trace/file`, because it needs Node.
 * @module
 */
export { encodeFooter, encodeRecord, genesisHash, traceSchema, type EncodedLine } from "./encode-record.ts";
export { MemoryTrace } from "./memory-trace.ts";
export { picturesTaken, showingsIn, type PictureReference, type Showing } from "./pictures.ts";
export { readTrace, type ReadTrace, type Trace, type TraceProblem } from "./read-trace.ts";
export type { GateRecord, NoteRecord, StepRecord, StepStatus, TraceHead, TraceHeader, TraceRecord, TraceSink } from "./records.ts";
export { summarizeTrace, type TraceSummary } from "./summary.ts";
