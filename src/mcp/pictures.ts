/**
 * The pictures of a record as a client gets them: image content beside the answer, within limits, and in words what is left out.
 * @module
 */
import type { ContentBlock } from "@modelcontextprotocol/server";
import { imagesIn, type ImageStore, type StoredImage } from "../core/capture.ts";
import type { JsonObject } from "../core/json.ts";
import { cleanText } from "../policy/llm/quoted.ts";

/** Of an answer. */
const mostPictures = 4;
/** Of a file; base64 makes it a third longer. */
const longestFile = 1_048_576;

/** Each picture after a line that says what it is. What is not shown is named with the reason, and never fails the answer. */
export function pictureContent(observation: JsonObject, images: ImageStore): readonly ContentBlock[] {
  let shown = 0;
  return imagesIn(observation).flatMap((sha256): ContentBlock[] => {
    const image = images.get(sha256);
    if (image === undefined) return [text(`not shown, no longer kept: picture ${JSON.stringify({ sha256: cleanText(sha256, 64) })}`)];
    const named = JSON.stringify(pictureFacts(image));
    if (image.bytes.byteLength > longestFile) return [text(`not shown, ${mebibytes(image)} MiB and at most 1 is sent: picture ${named}`)];
    if (shown === mostPictures) return [text(`not shown, at most ${mostPictures} are sent: picture ${named}`)];
    shown += 1;
    return [text(`picture ${named}`), { type: "image", data: base64(image), mimeType: image.mediaType }];
  });
}

export function pictureUri(sha256: string): string {
  return `clearance://image/${sha256}`;
}

export function base64({ bytes }: StoredImage): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Where it can be read whole, and of what it is; names are quoted, since others may have chosen them. */
function pictureFacts({ sha256, camera, modality, width, height }: StoredImage): JsonObject {
  return { uri: pictureUri(sha256), camera: cleanText(camera, 100), modality, width, height };
}

function mebibytes({ bytes }: StoredImage): string {
  return (bytes.byteLength / 1_048_576).toFixed(1);
}

function text(words: string): ContentBlock {
  return { type: "text", text: words };
}
