/**
 * Who proposes: a script, or a sentence in plain English. Both work without a model and without a network.
 * @module
 */
export type { Done, LastStep, Policy, ProposedIntent, Question, ShownPicture, Turn } from "./policy.ts";
export { parseScript } from "./script/parse-script.ts";
export type { ParseScriptOptions } from "./script/parse-script.ts";
export { scriptPolicy } from "./script/script-policy.ts";
export type { ScriptPolicyOptions } from "./script/script-policy.ts";
export type { Expectation, IntentStep, SayStep, Script, ScriptStep, StepStatus } from "./script/script.ts";
export { languagePolicy } from "./language/language-policy.ts";
export type { LanguagePolicyOptions } from "./language/language-policy.ts";
export { parseLanguage } from "./language/parse-language.ts";
export { describeIntent } from "./language/sentence-plan.ts";
export type { Anchor, NotUnderstood, PlannedIntent, SentencePlan } from "./language/sentence-plan.ts";
export { armDirections, gantryDirections, vocabularyFromWorld } from "./language/vocabulary.ts";
export type { Directions, HorizontalAxis, Noun, PlaceNoun, Vocabulary } from "./language/vocabulary.ts";
export { fixedPlan, pickAndPlacePlanner, sequentialPlanner, traversePlanner } from "./planner/built-in-planners.ts";
export type { PickAndPlaceGoal, PickAndPlaceOptions, TraverseOptions } from "./planner/built-in-planners.ts";
export { planPolicy } from "./planner/plan-policy.ts";
export { intentPlan } from "./planner/planner.ts";
export type { IntentPlan, Planner } from "./planner/planner.ts";
