import { deflateSync, crc32 } from "node:zlib";

/** RGBA rows from the top, as a PNG file. */
export function encodePng(width: number, height: number, rgba: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  // 8 bits a channel, red green blue.
  header.setUint8(8, 8);
  header.setUint8(9, 2);
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    // Each row differs little from the one above it.
    rows[at++] = 2;
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        const here = rgba[(y * width + x) * 4 + channel] ?? 0;
        const above = y === 0 ? 0 : (rgba[((y - 1) * width + x) * 4 + channel] ?? 0);
        rows[at++] = (here - above) & 255;
      }
  }
  const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
  return Buffer.concat([
    signature,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "ascii"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
