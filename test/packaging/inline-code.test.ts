import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { compileFunction } from 'node:vm';
import { buildInlineBundle, UNUSED_FILES } from '../../packaging/inline-bundle.ts';
import { inlineCode } from '../../packaging/inline-code.ts';
import { FUNCTION_NAMES, type FunctionName } from '../../stacks/service-name.ts';
import { ONE_FILE, readOneFile } from '../support/local/one-file.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** CloudFormation takes 1,000,000; the rest is for what the functions will learn. */
const MOST_BYTES = 950_000;
/** Every one is in Lambda's runtime, which has all clients of the SDK. */
const CLIENTS: Readonly<Record<FunctionName, readonly string[]>> = {
  'ecr-image': ['ecr', 'secrets-manager'],
  'image-tag': ['cloudformation', 'ecr', 'ssm'],
  'layer-fingerprint': ['cloudformation', 'lambda', 'ssm'],
  'scheduled-scaling': [
    'application-auto-scaling',
    'cloudformation',
    'docdb',
    'dynamodb',
    'ecs',
    'scheduler',
    'sfn',
  ],
  'scaling-step': ['application-auto-scaling', 'docdb', 'dynamodb', 'ecs', 'eventbridge', 'sfn'],
  undelivered: [],
};

describe('the one file', () => {
  test('has room to grow before CloudFormation refuses it', (context) => {
    const bytes = Buffer.byteLength(readOneFile());
    context.diagnostic(`${ONE_FILE}: ${bytes} bytes`);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  });

  test('has code of a few hundred kilobytes in each function, and what it is in words', () => {
    const { Resources } = JSON.parse(readOneFile()) as {
      Resources: Record<string, { Properties?: { Code?: { ZipFile?: string } } }>;
    };
    const codes = Object.values(Resources).flatMap(({ Properties }) => Properties?.Code?.ZipFile ?? []);
    assert.equal(codes.length, FUNCTION_NAMES.length);
    for (const code of codes) assert.match(code, /^\/\/ deploytime-[a-z-]+ of deploytime \d+\.\d+\.\d+/);
  });
});

describe('an inline function', () => {
  for (const name of FUNCTION_NAMES) {
    test(`${name} asks the runtime for Node's own modules and for clients of the SDK that are named here`, async () => {
      const { imports } = await buildInlineBundle(join(ROOT, 'handlers', `${name}.ts`));
      assert.deepEqual(
        imports.filter((path) => !isBuiltin(path)),
        CLIENTS[name].map((client) => `@aws-sdk/client-${client}`),
      );
    });
  }

  for (const { path } of UNUSED_FILES) {
    test(`is without undici/${path}, which there is, and says so where it is called`, async () => {
      const file = join(ROOT, 'node_modules', 'undici', path);
      assert.notEqual(readFileSync(file, 'utf8'), '');
      const { code } = await buildInlineBundle(file);
      const module = { exports: {} as Record<string, () => void> };
      compileFunction(code, ['module'])(module);
      assert.throws(() => module.exports.anything?.(), {
        message: `undici/${path} is not in an inline function`,
      });
    });
  }
});

describe('inline code', () => {
  let folder = '';
  let code = '';
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'deploytime-inline-'));
    const bundle = "exports.handler = async () => require('node:path').basename(__filename);";
    code = await inlineCode(bundle, { functionName: 'deploytime-test', version: '1.2.3' });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** As Lambda's runtime may load it: both ways find the handler. */
  for (const load of ["Promise.resolve(require('./index.js'))", "import('./index.js')"]) {
    test(`runs by ${load}`, async () => assert.equal(await run(code, load), 'index.js\n'));
  }

  test('is not run where it is not what was built', async () => {
    const other = code.replace(/SHA256 = '[0-9a-f]{8}/, "SHA256 = '00000000");
    assert.notEqual(other, code);
    await assert.rejects(run(other, "import('./index.js')"), /deploytime-test is not as it was built/);
  });

  async function run(text: string, load: string): Promise<string> {
    writeFileSync(join(folder, 'index.js'), text);
    const program = `${load}.then(({ handler }) => handler()).then(console.log)`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--eval', program], { cwd: folder });
    return stdout;
  }
});
