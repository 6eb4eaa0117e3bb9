/**
 * What is learnt from recorded steps afterwards.
 * @module
 */
export { calibrationEpisode, defaultSweep, type CalibrationOptions, type SweepStep } from "./calibration/calibration-episode.ts";
export { analyseCapture, type CalibrationReport, type LatencyReport } from "./calibration/analyse-capture.ts";
export { fit, pointPairs, type PointPair, type SimilarityFit } from "./calibration/fit.ts";
export { limitsOfEnvelope, limitsOfRobot, type DeclaredLimits } from "./calibration/declared-limits.ts";
export { recommendedProfile, type LimitProposal, type ProposalOptions } from "./calibration/recommended-profile.ts";
