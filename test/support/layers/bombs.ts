import { crc32, deflateRawSync } from 'node:zlib';
import { file, type RawEntry, rawZip } from './raw-zip.ts';

const zeros = Buffer.alloc(64 * 1024);

/** A hundred names for the same bytes. In earnest each of them would be as large as deflate can make it. */
export function overlappingEntries(): RawEntry[] {
  const kernel = file('bomb/0', { method: 8, content: zeros });
  return [
    kernel,
    ...Array.from({ length: 100 }, (_, index) =>
      file(`bomb/${index + 1}`, {
        method: 8,
        content: zeros,
        bytes: Buffer.alloc(0),
        declared: { compressedBytes: deflateRawSync(zeros).length, offset: 0 },
      }),
    ),
  ];
}

/** As David Fifield's bomb does it: a stored block of the first content has the second's header and content in it. */
export function quotedEntries(): Buffer {
  const second = rawZip([file('b', { method: 8, content: zeros })]);
  const secondLocal = second.subarray(0, second.indexOf('PK\u0001\u0002', 0, 'latin1'));
  const quote = Buffer.alloc(5);
  quote.writeUInt16LE(31, 1);
  quote.writeUInt16LE(0xffff ^ 31, 3);
  const content = Buffer.concat([secondLocal.subarray(0, 31), zeros]);
  const bytes = Buffer.concat([quote, secondLocal]);
  return rawZip([
    file('a', { method: 8, content, bytes }),
    file('b', {
      method: 8,
      content: zeros,
      bytes: Buffer.alloc(0),
      declared: { compressedBytes: secondLocal.length - 31, offset: 30 + 1 + quote.length },
    }),
  ]);
}

/**
 * Two entries that pass for whole where many are inflated at once as members of one gzip file, and nothing but sums
 * is looked at. The first ends early, and goes on with a trailer and a heading, whose extra field swallows what is put
 * between the two and the second's own beginning. What is read from there has the second's declared size and checksum.
 */
export function hiddenMember(text: Buffer): RawEntry[] {
  const shown = deflateRawSync(text);
  const hidden = deflateRawSync(Buffer.from('what is hidden'));
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(text), 0);
  trailer.writeUInt32LE(text.length, 4);
  const storedBlock = Buffer.from([1, hidden.length, 0, 0xff ^ hidden.length, 0xff]);
  const swallowed = 8 + 10 + storedBlock.length;
  const headingWithExtraField = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, swallowed, 0]);
  return [
    file('a', { method: 8, content: text, bytes: Buffer.concat([shown, trailer, headingWithExtraField]) }),
    file('b', { method: 8, content: 'what is hidden', bytes: Buffer.concat([storedBlock, hidden]) }),
  ];
}
