import { deflateRawSync } from 'node:zlib';
import { seededBytes } from '../images/seeded-bytes.ts';
import { hiddenMember, overlappingEntries, quotedEntries } from './bombs.ts';
import { file, rawZip } from './raw-zip.ts';
import type { Refusal } from './refusal.ts';

const MIB = 1024 * 1024;
const zeros = Buffer.alloc(17 * MIB);
const text = Buffer.alloc(1_000, 'some text ');
const deflated = deflateRawSync(text);
const large = seededBytes('large', 3 * MIB);

/** What is no zip, is damaged, or is a bomb. */
export const REFUSED_ZIPS: readonly Refusal[] = [
  // No zip, or a damaged one.
  {
    what: 'no zip',
    zip: Buffer.from('#!/bin/sh\n'),
    says: 'it is no zip that can be read: End of central directory record signature not found. Either not a zip file, or file is truncated.',
  },
  {
    what: 'an empty file',
    zip: Buffer.alloc(0),
    says: 'it is no zip that can be read: End of central directory record signature not found. Either not a zip file, or file is truncated.',
  },
  {
    what: 'a zip without its end',
    zip: rawZip([file('a')]).subarray(0, -30),
    says: 'it is no zip that can be read: End of central directory record signature not found. Either not a zip file, or file is truncated.',
  },
  {
    what: 'a zip without its beginning',
    zip: rawZip([file('a', { content: text }), file('b')]).subarray(500),
    says: 'it is no zip that can be read: it ends too early',
  },
  {
    what: 'a zip with bytes behind it',
    zip: Buffer.concat([rawZip([file('a')]), Buffer.from('more')]),
    says: 'it is no zip that can be read: Invalid comment length. Expected: 4. Found: 0. Are there extra bytes at the end of the file? Or is the end of central dir signature `PK☺☻` in the comment?',
  },
  {
    what: 'a directory with fewer entries than its end declares',
    zip: rawZip([file('a')], { entryCount: 2 }),
    says: 'it is no zip that can be read: it ends too early',
  },
  {
    what: 'a directory with more entries than its end declares',
    zip: rawZip([file('a'), file('b')], { entryCount: 1 }),
    says: 'its directory has more entries than its end declares',
  },
  {
    what: 'a content that is not where the directory says',
    zip: rawZip([file('a'), file('b', { declared: { offset: 1 } })]),
    says: '"a" shares its bytes with what comes after it in the archive; every entry needs its own',
  },
  {
    what: 'bytes that are no local header',
    zip: rawZip([
      file('a', { content: text, declared: { offset: 3, compressedBytes: 4, expandedBytes: 4 } }),
    ]),
    says: '"a" is not where the directory says; the archive is damaged',
  },
  {
    what: 'another name in front of the content',
    zip: rawZip([file('a', { declared: { localName: 'b' } })]),
    says: '"a" has another name in front of its content than in the directory',
  },

  // Contents that are not as declared.
  {
    what: 'a wrong checksum of a stored file',
    zip: rawZip([file('a', { declared: { crc32: 1 } })]),
    says: '"a" has a content that its checksum (CRC-32) is not of',
  },
  {
    what: 'a wrong checksum of a deflated file',
    zip: rawZip([file('b', { method: 8 }), file('a', { method: 8, content: text, declared: { crc32: 1 } })]),
    says: '"a" has a content that its checksum (CRC-32) is not of',
  },
  {
    what: 'a wrong checksum of a large file',
    zip: () => rawZip([file('a', { method: 8, content: large, declared: { crc32: 1 } })]),
    says: '"a" has a content that its checksum (CRC-32) is not of',
  },
  {
    what: 'a file that is larger than declared',
    zip: rawZip([file('a', { method: 8, content: text, declared: { expandedBytes: 999 } })]),
    says: '"a" has more content than the 999 bytes that it declares',
  },
  {
    what: 'a file that is smaller than declared',
    zip: rawZip([file('a', { method: 8, content: text, declared: { expandedBytes: 1_001 } })]),
    says: '"a" has 1000 bytes of content and declares 1001',
  },
  {
    what: 'a file with content that declares none',
    zip: rawZip([file('a', { method: 8, content: text, declared: { expandedBytes: 0, crc32: 0 } })]),
    says: '"a" has more content than the 0 bytes that it declares',
  },
  {
    what: 'a stored file with two sizes',
    zip: rawZip([file('a', { declared: { expandedBytes: 2 } })]),
    says: '"a" is stored in 1 bytes and declares 2; they must be the same',
  },
  {
    what: 'a small zip that turns out as gigabytes',
    zip: rawZip([file('a', { method: 8, content: zeros, declared: { expandedBytes: 100 } })]),
    says: '"a" has more content than the 100 bytes that it declares',
  },
  {
    what: 'bytes that are no deflate',
    zip: rawZip([file('a', { method: 8, content: text, bytes: Buffer.alloc(50, 0xff) })]),
    says: '"a" has compressed bytes that are damaged',
  },
  {
    what: 'deflated bytes that are cut off',
    zip: rawZip([file('a', { method: 8, content: text, bytes: deflated.subarray(0, -4) })]),
    says: '"a" has compressed bytes that end too early',
  },
  {
    what: 'bytes behind the deflated ones',
    zip: rawZip([
      file('a', { method: 8, content: text, bytes: Buffer.concat([deflated, Buffer.from('more')]) }),
    ]),
    says: `"a" has a content that ends before its ${deflated.length + 4} compressed bytes do`,
  },
  {
    what: 'zeros behind the deflated bytes',
    zip: rawZip([
      file('a', { method: 8, content: text, bytes: Buffer.concat([deflated, Buffer.alloc(20)]) }),
    ]),
    says: `"a" has a content that ends before its ${deflated.length + 20} compressed bytes do`,
  },
  {
    what: 'many bytes behind the deflated ones',
    zip: () => rawZip([file('a', { method: 8, content: text, bytes: Buffer.concat([deflated, large]) })]),
    says: `"a" has a content that ends before its ${deflated.length + large.length} compressed bytes do`,
  },
  {
    what: 'bytes that pass as another gzip member',
    zip: rawZip(hiddenMember(text)),
    says: `"a" has a content that ends before its ${hiddenMember(text)[0]?.bytes?.length} compressed bytes do`,
  },

  // Bombs.
  {
    what: 'entries that share their bytes',
    zip: () => rawZip(overlappingEntries()),
    says: '"bomb/0" shares its bytes with what comes after it in the archive; every entry needs its own',
  },
  {
    what: 'entries that quote the headers of the next',
    zip: () => quotedEntries(),
    says: '"a" shares its bytes with what comes after it in the archive; every entry needs its own',
  },
  {
    what: 'a content that reaches into the directory',
    zip: rawZip([file('a', { declared: { compressedBytes: 40, expandedBytes: 40 } })]),
    says: '"a" shares its bytes with what comes after it in the archive; every entry needs its own',
  },
  {
    what: 'a ratio that no text reaches',
    zip: () => rawZip([file('a', { method: 8, content: zeros })]),
    says: `its contents are more than 200 times as large as its ${rawZip([file('a', { method: 8, content: zeros })]).length} bytes`,
    code: 'ServiceLimitExceeded',
  },
  {
    what: 'more content than Lambda takes',
    zip: rawZip([file('a', { method: 8, declared: { expandedBytes: 262_144_001 } })]),
    says: 'its contents have more than 262144000 bytes, which is what Lambda takes unpacked',
    code: 'ServiceLimitExceeded',
  },
  {
    what: 'more content than is allowed, in several files',
    zip: rawZip([file('a', { content: text }), file('b', { content: text })]),
    limits: { expandedBytes: 1_999 },
    says: 'its contents have more than 1999 bytes, which is what Lambda takes unpacked',
    code: 'ServiceLimitExceeded',
  },
  {
    what: 'a zip that is too large',
    zip: rawZip([file('a')]),
    limits: { archiveBytes: 100 },
    says: `it has ${rawZip([file('a')]).length} bytes; 100 are allowed`,
    code: 'ServiceLimitExceeded',
  },
  {
    what: 'too many entries',
    zip: rawZip([file('a'), file('b/', { content: '' }), file('c')]),
    limits: { entries: 2 },
    says: 'it has more than 2 files and folders, which is what is allowed',
    code: 'ServiceLimitExceeded',
  },
];
