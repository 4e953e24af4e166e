import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Entry } from 'yauzl';
import { zipEntryOf } from '../../../handlers/layers/zip-entry.ts';

describe('an entry of a zip', () => {
  test('keeps its name, and not the record with up to 128 KiB that the name was read from', () => {
    const record = Buffer.alloc(1 + 2 * 0xffff, 'a');
    const read = new Entry();
    Object.assign(read, {
      fileNameRaw: record.subarray(0, 1),
      extraFields: [],
      compressionMethod: 0,
      generalPurposeBitFlag: 0,
      versionMadeBy: 0,
      externalFileAttributes: 0,
      compressedSize: 0,
      uncompressedSize: 0,
      crc32: 0,
      relativeOffsetOfLocalHeader: 0,
    });
    const { nameBytes } = zipEntryOf(read);
    assert.equal(nameBytes.toString(), 'a');
    assert.notEqual(nameBytes.buffer, record.buffer);
  });
});
