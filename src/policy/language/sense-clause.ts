/**
 * Parts that ask for what sensors see: photos, a scan all round, the battery. Only for robots that have them.
 * @module
 */
import { clause, firstOf, step, type ClauseRule } from "./clause.ts";
import { spoken } from "./lexicon.ts";

/** "take a photo", "take a picture with the wrist camera". */
const photoRule: ClauseRule = ({ c, lexicon }) => {
  const { cameras = [] } = lexicon.vocabulary;
  if (cameras.length === 0) return undefined;
  const named = cameras.map((name) => [name, spoken(name)] as const);
  const ahead = named.find(([, words]) => c.take(...photoPhrases.map((phrase) => phrase.replace("{}", `${words} `))) !== undefined);
  if (ahead !== undefined) return clause([step("take_photo", { camera: ahead[0] })]);
  if (c.take(...photoPhrases.map((phrase) => phrase.replace("{}", ""))) === undefined) return undefined;
  c.take("of the scene", "of the table", "of the room", "of what you see", "from here", "here");
  if (c.take("with", "using", "from", "by") === undefined) return clause([step("take_photo")]);
  c.take("your", "the");
  const camera = named.find(([, words]) => c.take(`${words} camera`, `camera ${words}`, words) !== undefined);
  if (camera !== undefined) return clause([step("take_photo", { camera: camera[0] })]);
  if (c.take("camera") !== undefined) return clause([step("take_photo")]);
  return c.report({ at: c.at, question: `Which camera: ${named.map(([, words]) => words).join(", ")}?` });
};

const photoPhrases = ["take", "make", "shoot", "snap", "get", "capture"].flatMap((verb) =>
  ["photo", "picture", "photograph", "snapshot", "image"].flatMap((noun) => [
    `${verb} a {}${noun}`,
    `${verb} {}${noun}`,
    `${verb} an {}${noun}`,
  ]),
);

const ringRule: ClauseRule = ({ c, lexicon }) => {
  if (lexicon.vocabulary.ranges !== true) return undefined;
  const asked = c.take(
    "take a look around",
    "have a look around",
    "look around you",
    "look around",
    "look all around",
    "scan all around",
    "scan around you",
    "scan around",
    "scan the area",
    "scan the room",
    "scan your surroundings",
    "what is around you",
    "what do you see around you",
  );
  // An arm's own scan lists the objects near its tip.
  if (asked === undefined && (lexicon.vocabulary.locomotion === undefined || c.take("do a scan", "scan") === undefined)) return undefined;
  c.take("with the scanner", "with the lidar", "with your scanner", "with your lidar");
  return clause([step("scan_360")]);
};

const batteryRule: ClauseRule = ({ c, lexicon }) => {
  if (lexicon.vocabulary.battery !== true) return undefined;
  const asked = c.take(
    "check the battery",
    "check your battery",
    "check battery",
    "read the battery",
    "read your battery",
    "how full is the battery",
    "how full is your battery",
    "how much battery is left",
    "how much battery do you have left",
    "how much battery do you have",
    "what is your battery level",
    "what's your battery level",
    "battery level",
    "battery status",
    "battery",
  );
  return asked === undefined ? undefined : clause([step("read_battery")]);
};

/** What may be said to a robot that senses; `examples` are the nearest sentences for what is not understood. */
export const senseClause: ClauseRule = firstOf([photoRule, ringRule, batteryRule]);

export const senseExamples: readonly string[] = [
  "take a photo",
  "take a picture with the {camera} camera",
  "look around",
  "check the battery",
];
