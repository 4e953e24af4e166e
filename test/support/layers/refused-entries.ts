import { file, link, rawZip, unicodePath } from './raw-zip.ts';
import type { Refusal } from './refusal.ts';

const FIFO = 0o010644;
const CHARACTER_DEVICE = 0o020644;
const ENCRYPTED = 0x1;
const STRONGLY_ENCRYPTED = 0x41;
const BZIP2 = 12;

/** Entries that no layer should have. */
export const REFUSED_ENTRIES: readonly Refusal[] = [
  // Paths.
  {
    what: 'an absolute path',
    zip: rawZip([file('/etc/passwd')]),
    says: '"/etc/passwd" is an absolute path; paths from the root of the layer are allowed',
  },
  {
    what: 'a path that leads out',
    zip: rawZip([file('a/../../b')]),
    says: '"a/../../b" has ".." in its path; paths within the layer are allowed',
  },
  {
    what: 'a folder that leads out',
    zip: rawZip([file('../', { content: '' })]),
    says: '"../" has ".." in its path; paths within the layer are allowed',
  },
  {
    what: 'a backslash',
    zip: rawZip([file('a\\b')]),
    says: '"a\\\\b" has a backslash in its name; parts are separated by "/"',
  },
  {
    what: 'a drive letter',
    zip: rawZip([file('C:/b')]),
    says: '"C:/b" begins with a drive letter; paths from the root of the layer are allowed',
  },
  { what: 'a NUL in a name', zip: rawZip([file('a\0b')]), says: '"a\\u0000b" has a NUL in its name' },
  {
    what: 'a name in a code page',
    zip: rawZip([file(Buffer.from([0x61, 0x82]), { flags: 0 })]),
    says: 'the name, "a\ufffd", is not UTF-8, which is what is allowed',
  },
  {
    what: 'a file without a name',
    zip: rawZip([file('')]),
    says: '"" is the name of a file; a file needs one',
  },
  {
    what: 'a path that is too long',
    zip: rawZip([file(`${'a/'.repeat(512)}b`)]),
    says: `"${'a/'.repeat(100)}…" has 1025 bytes; 1024 are allowed`,
  },
  {
    what: 'a path that is too deep',
    zip: rawZip([file(`${'a/'.repeat(256)}b`)]),
    says: `"${'a/'.repeat(100)}…" is 257 levels deep; 256 are allowed`,
  },
  {
    what: 'a path in the name that counts',
    zip: rawZip([file('a', { extra: unicodePath('a', '../b') })]),
    says: '"../b" has ".." in its path; paths within the layer are allowed',
  },
  {
    what: 'a path that is there twice',
    zip: rawZip([file('b/a'), file('c'), file('b/a')]),
    says: '"b/a" is there twice',
  },
  {
    what: 'a path that is there twice, written in two ways',
    zip: rawZip([file('b/a'), file('./b//a')]),
    says: '"b/a" is there twice',
  },
  {
    what: 'a file that something is in',
    zip: rawZip([file('a'), file('a-b'), file('a/b')]),
    says: '"a" is both a file and a folder',
  },
  {
    what: 'a file that is a folder too',
    zip: rawZip([file('a/', { content: '' }), file('a')]),
    says: '"a" is both a file and a folder',
  },
  {
    what: 'a symlink that something is in',
    zip: rawZip([link('a', '/etc'), file('a/passwd')]),
    says: '"a" is both a file and a folder',
  },
  {
    what: 'a name that would write on the screen',
    zip: rawZip([file('/\u001b[2J\u202egpj')]),
    says: '"/\\u001b[2J\\u202egpj" is an absolute path; paths from the root of the layer are allowed',
  },

  // Kinds.
  { what: 'an encrypted file', zip: rawZip([file('a', { flags: ENCRYPTED })]), says: '"a" is encrypted' },
  {
    what: 'a strongly encrypted file',
    zip: rawZip([file('a', { flags: STRONGLY_ENCRYPTED })]),
    says: 'it is no zip that can be read: strong encryption is not supported',
  },
  {
    what: 'an unknown compression',
    zip: rawZip([file('a', { method: BZIP2 })]),
    says: '"a" is compressed by method 12; 0 (stored) and 8 (deflate) are allowed',
  },
  {
    what: 'a device',
    zip: rawZip([file('a', { mode: CHARACTER_DEVICE })]),
    says: '"a" is a device, a pipe or a socket; files, folders and symlinks are allowed',
  },
  {
    what: 'a pipe',
    zip: rawZip([file('a', { mode: FIFO })]),
    says: '"a" is a device, a pipe or a socket; files, folders and symlinks are allowed',
  },
  {
    what: 'a folder with content',
    zip: rawZip([file('a/')]),
    says: '"a" is a folder that has a content of its own',
  },
  {
    what: 'a symlink named as a folder',
    zip: rawZip([link('a/', 'b')]),
    says: '"a" is named as a folder and is a symlink',
  },

  // Symlinks.
  { what: 'a symlink to itself', zip: rawZip([link('a', 'a')]), says: circle('a') },
  {
    what: 'symlinks to each other',
    zip: rawZip([link('a', './b'), link('b', 'c/../a'), file('c/x')]),
    says: circle('a'),
  },
  {
    what: 'symlinks in a circle through folders',
    zip: rawZip([link('a/up', '../b/down/x'), link('b/down', '../a/up')]),
    says: circle('a/up'),
  },
  {
    what: 'a chain of symlinks that Linux does not follow',
    zip: rawZip(Array.from({ length: 41 }, (_, index) => link(`${index}`, `${index + 1}`))),
    says: circle('0'),
  },
  {
    what: 'a target that is too long',
    zip: rawZip([link('a', 'b'.repeat(1_025))]),
    says: '"a" is a symlink with a target of 1025 bytes; 1024 are allowed',
  },
  {
    what: 'a symlink without a target',
    zip: rawZip([link('a', '')]),
    says: '"a" is a symlink without a target',
  },
  {
    what: 'a target with a NUL',
    zip: rawZip([link('a', 'b\0c')]),
    says: '"a" is a symlink whose target has a NUL',
  },
  {
    what: 'a target that is no text',
    zip: rawZip([link('a', Buffer.from([0xff]))]),
    says: 'the target of the symlink "a", "\ufffd", is not UTF-8, which is what is allowed',
  },
];

function circle(path: string): string {
  return `"${path}" is a symlink that leads in a circle, or over more than 40 others, which is what Linux follows`;
}
