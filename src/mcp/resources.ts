/**
 * What a client can read: state, profile and trace as JSON, and where the robot has cameras, what they see and what they saw.
 * @module
 */
import {
  ProtocolError,
  ProtocolErrorCode,
  requireScopes,
  ResourceTemplate,
  type ReadResourceResult,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { defaultCamera, type CameraInfo } from "../core/capture.ts";
import type { JsonObject } from "../core/json.ts";
import { cleanText } from "../policy/llm/quoted.ts";
import { recentTrace, stateOf } from "./builtin-tools.ts";
import { actorOf, clientOf } from "./clients.ts";
import { base64, pictureUri } from "./pictures.ts";
import { plain } from "./results.ts";
import type { RobotServer } from "./robot-server.ts";

/** Steps that the trace's resource shows. */
const traceSteps = 50;

export function registerResources(robotServer: RobotServer): void {
  const { robot } = robotServer;
  offerJson(robotServer, "state", "What the robot measures now", () => stateOf(robot));
  offerJson(robotServer, "profile", "Robot, limits and gates", () => plain({ profile: robot.profile, gates: robot.gates }));
  offerJson(robotServer, "trace", "The last steps of the trace", () => recentTrace(robot, traceSteps));
  const { cameras = [] } = robot.backend.sensors ?? {};
  if (cameras.length === 0) return;
  offerJson(robotServer, "cameras", "The robot's cameras", () => plain({ cameras: cameras.map(cameraJson) }));
  offerPictures(robotServer, cameras);
}

function offerJson({ server }: RobotServer, name: string, title: string, read: () => JsonObject | Promise<JsonObject>): void {
  server.registerResource(
    name,
    `clearance://${name}`,
    { title, mimeType: "application/json", scopeChallenge: requireScopes("observe") },
    async (uri) => ({ contents: [{ uri: uri.href, mimeType: "application/json", text: JSON.stringify(await read()) }] }),
  );
}

function offerPictures({ server, robot, tooMany }: RobotServer, cameras: readonly CameraInfo[]): void {
  const { eyes } = robot.runtime;
  const names = cameras.map(({ name }) => name);
  const refuseTooMany = (context: ServerContext): void => {
    const reason = tooMany(context);
    if (reason !== undefined) throw new ProtocolError(ProtocolErrorCode.InvalidRequest, `blocked: ${reason}`);
  };
  const config = (title: string) => ({ title, mimeType: "image/png", scopeChallenge: requireScopes("observe") });
  server.registerResource(
    "camera",
    new ResourceTemplate("clearance://camera/{name}", {
      list: undefined,
      complete: { name: (begun) => names.map(encodeURIComponent).filter((name) => name.startsWith(begun)) },
    }),
    config("What a camera sees now"),
    async (uri, { name }, context) => {
      refuseTooMany(context);
      const camera = decoded(name);
      if (camera !== defaultCamera && !names.includes(camera)) throw unknownCamera(uri, camera, names);
      const seen = await eyes.take({ kind: "picture", camera, modality: "rgb" });
      if (seen.kind === "picture") {
        eyes.shown.show(actorOf(clientOf(context)).id, "", [{ kind: "image", image: seen.image }]);
        return blob(uri, seen.image.mediaType, base64(seen.image));
      }
      const problem = seen.kind === "failed" ? cleanText(seen.problem) : "it gave ranges and no picture";
      throw new ProtocolError(ProtocolErrorCode.InternalError, `camera ${quotedName(camera)}: ${problem}`, { uri: uri.href });
    },
  );
  server.registerResource(
    "image",
    new ResourceTemplate(pictureUri("{sha256}"), { list: undefined }),
    config("A picture that a record refers to"),
    (uri, { sha256 }, context) => {
      refuseTooMany(context);
      const image = eyes.images.get(decoded(sha256));
      if (image !== undefined) return blob(uri, image.mediaType, base64(image));
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, "no such picture is kept; the last ones are", { uri: uri.href });
    },
  );
}

function blob(uri: URL, mimeType: string, data: string): ReadResourceResult {
  return { contents: [{ uri: uri.href, mimeType, blob: data }] };
}

function cameraJson({ name, width, height, verticalFovRad, modalities }: CameraInfo): JsonObject {
  const uri = `clearance://camera/${encodeURIComponent(name)}`;
  return { name, uri, width, height, vertical_fov_rad: verticalFovRad, modalities: [...modalities] };
}

function unknownCamera(uri: URL, camera: string, names: readonly string[]): ProtocolError {
  const there = names.map(quotedName).join(", ");
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `no camera ${quotedName(camera)}; there are ${there}`, { uri: uri.href });
}

/** Somebody chose it, so it is shown as data: in quotes, on one line, cut to size. */
function quotedName(name: string): string {
  return JSON.stringify(cleanText(name, 100));
}

/** A part of an address; as it stands where it is not well encoded. */
function decoded(part: string | readonly string[] | undefined): string {
  const text = typeof part === "string" ? part : (part ?? []).join(",");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
