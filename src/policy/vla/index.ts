/**
 * Who proposes: a vision-language-action model, in this process or behind openpi's WebSocket or OpenVLA's REST. Needs Node.
 * @module
 */
export { ActionQueue } from "./action-queue.ts";
export { cameraObservation } from "./camera-observation.ts";
export type { CameraObservationOptions, Observe } from "./camera-observation.ts";
export { absoluteXyzDecoder, deltaPoseDecoder, deltaXyzDecoder, nearestObject, unnamedTarget } from "./decoders.ts";
export type { ActionDecoder, Decoded, DecodedIntent, DecoderOptions, DeltaPoseOptions } from "./decoders.ts";
export { readJsonNumpy, writeJsonNumpy } from "./json-numpy.ts";
export { defaultMaxMessageBytes, packNumpy, unpackNumpy } from "./msgpack-numpy.ts";
export type { WireMap, WireValue } from "./msgpack-numpy.ts";
export { NdArray, WireError } from "./nd-array.ts";
export { openpiClient } from "./openpi-client.ts";
export type { OpenpiClientOptions, OpenpiModel } from "./openpi-client.ts";
export { openvlaClient } from "./openvla-client.ts";
export type { OpenvlaClientOptions, OpenvlaModel } from "./openvla-client.ts";
export type { RequestSecrets } from "./request-secrets.ts";
export { resizeWithPad } from "./resize-with-pad.ts";
export type { PixelSize } from "./resize-with-pad.ts";
export { stateObservation } from "./state-observation.ts";
export { parseStatistics } from "./statistics.ts";
export type { StatisticsOptions, Unnormalise } from "./statistics.ts";
export { answerFrom } from "./vla-model.ts";
export type { ActionChunk, DroppedAnswers, VlaAnswer, VlaFailure, VlaModel, VlaRequest } from "./vla-model.ts";
export { vlaPolicy } from "./vla-policy.ts";
export type { VlaPolicy, VlaPolicyOptions } from "./vla-policy.ts";
export { vlaStatsJson } from "./vla-stats.ts";
export type { VlaStats, VlaTermination } from "./vla-stats.ts";
