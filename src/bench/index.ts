/**
 * Episodes compared: the same seeds under different rules, with intervals and paired tests.
 * @module
 */
export { arms, type Arm } from "./safety-cost/arms.ts";
export { safetyCostEpisode, type EpisodeOutcome, type SafetyCostSetup } from "./safety-cost/episode.ts";
export { safetyCostPicture } from "./safety-cost/picture.ts";
export { reportLines, safetyCostReport, type ArmSummary, type SafetyCostReport } from "./safety-cost/report.ts";
export { mcnemarP, quantile, wilsonCi, type Interval } from "./statistics.ts";
