import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const BITS_A_CHANNEL = 8;
const TRUECOLOUR = 2;
const NO_FILTER = 0;
/** Charts are flat: from here on smaller files cost much and save little. */
const LEVEL = 4;
const pack = promisify(deflate);

export interface Pixels {
  /** CSS and ratio are done with: these are the picture's own. */
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and an alpha that is left out, row by row. */
  readonly rgba: Uint8Array;
}

/**
 * An opaque picture as PNG (ISO 15948), packed off the main thread. The canvas writes one too, in three times the time: it tries every
 * filter on every row, which flat colours do not need.
 */
export async function pngFile({ width, height, rgba }: Pixels): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BITS_A_CHANNEL, TRUECOLOUR], 8);
  const packed = await pack(rowsOf({ width, height, rgba }), { level: LEVEL });
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))]);
}

function rowsOf({ width, height, rgba }: Pixels): Buffer {
  const rows = Buffer.allocUnsafe((width * 3 + 1) * height);
  let to = 0;
  let from = 0;
  for (let row = 0; row < height; row += 1) {
    rows[to++] = NO_FILTER;
    for (let column = 0; column < width; column += 1, from += 4) {
      rows[to++] = rgba[from] ?? 0;
      rows[to++] = rgba[from + 1] ?? 0;
      rows[to++] = rgba[from + 2] ?? 0;
    }
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(content), 4);
  return Buffer.concat([ends.subarray(0, 4), content, ends.subarray(4)]);
}
