import { crc32 } from 'node:zlib';

/** Deflate, no name, no time, no hint on the compression, an unknown system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
/** The length of a stored block is a number of 16 bits. */
const MAX_BLOCK_BYTES = 0xffff;
const FINAL_BLOCK = 1;

/**
 * A gzip file that stores its content as it is. Compressed bytes differ between releases of zlib, and with them a
 * layer's digest; stored ones are the same wherever they are written.
 * @see https://www.rfc-editor.org/rfc/rfc1952
 * @see https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4
 */
export function gzipStored(content: Uint8Array): Buffer {
  const parts: Uint8Array[] = [HEADER];
  for (let start = 0; start === 0 || start < content.length; start += MAX_BLOCK_BYTES) {
    const block = content.subarray(start, start + MAX_BLOCK_BYTES);
    const isLast = start + MAX_BLOCK_BYTES >= content.length;
    parts.push(blockHeader(block.length, isLast), block);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([...parts, trailer]);
}

function blockHeader(length: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt8(isLast ? FINAL_BLOCK : 0, 0);
  header.writeUInt16LE(length, 1);
  header.writeUInt16LE(~length & 0xffff, 3);
  return header;
}
