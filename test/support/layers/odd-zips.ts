import { RATIO_FREE_BYTES } from '../../../handlers/layers/limits.ts';
import { file, link, rawZip } from './raw-zip.ts';

/** Zips that look odd and are not refused. */
export const ODD_ZIPS: readonly { readonly what: string; readonly zip: Buffer | (() => Buffer) }[] = [
  { what: 'a symlink out of the layer', zip: rawZip([link('a', '/opt/x'), link('b/c', '../../x')]) },
  { what: 'a symlink to a folder above it', zip: rawZip([link('a/self', '.'), link('a/b/up', '../..')]) },
  { what: 'a symlink to nothing', zip: rawZip([link('a', 'b/c')]) },
  {
    what: 'a chain of 40 symlinks',
    zip: rawZip(Array.from({ length: 40 }, (_, index) => link(`${index}`, `${index + 1}`))),
  },
  {
    what: 'a folder that is there twice',
    zip: rawZip([file('a/', { content: '' }), file('a/', { content: '' })]),
  },
  { what: 'an archive with nothing in it', zip: rawZip([]) },
  { what: 'a comment', zip: rawZip([file('a')], { comment: 'made by hand' }) },
  {
    what: 'a file of zeros',
    zip: () => rawZip([file('a', { method: 8, content: Buffer.alloc(RATIO_FREE_BYTES) })]),
  },
  { what: 'a duplicate that is excluded', zip: rawZip([file('a.pyc'), file('a.pyc')]) },
  { what: 'a damaged content that is excluded', zip: rawZip([file('a.pyc', { declared: { crc32: 1 } })]) },
];
