import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

export interface InlineCodeOptions {
  readonly functionName: string;
  readonly version: string;
}

/**
 * A bundle as text for `Code.ZipFile` of a template: a few lines that a person reads, and the bundle, compressed. It is
 * inflated when the function starts, which takes some milliseconds, and its digest is checked before it runs.
 */
export async function inlineCode(
  bundle: string,
  { functionName, version }: InlineCodeOptions,
): Promise<string> {
  const bytes = Buffer.from(bundle);
  const compressed = await promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  const digest = createHash('sha256').update(bytes).digest('hex');
  return `// ${functionName} of deploytime ${version}. Its code is at the end, compressed: six functions and their resources share
// the one megabyte of a template. How to read it: docs/one-file.md.
'use strict';
const { createHash } = require('node:crypto');
const { compileFunction } = require('node:vm');
const { brotliDecompressSync } = require('node:zlib');

const SHA256 = '${digest}';
const code = brotliDecompressSync(Buffer.from(compressed(), 'base64'), { maxOutputLength: ${bytes.length} });
if (createHash('sha256').update(code).digest('hex') !== SHA256) {
  throw new Error('The code of ${functionName} is not as it was built; deploy the template again');
}
const own = { exports: {} };
const wrapper = ['exports', 'require', 'module', '__filename', '__dirname'];
const run = compileFunction(code.toString(), wrapper, { filename: __filename });
run(own.exports, require, own, __filename, __dirname);
exports.handler = own.exports.handler;

function compressed() {
  return '${compressed.toString('base64')}';
}
`;
}
