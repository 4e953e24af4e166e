import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { App } from 'aws-cdk-lib';
import { functionEnvironment } from '../../local/runtime/function-configuration.ts';
import { SERVICE_FUNCTION_NAMES, serviceFunction } from '../../local/runtime/service-function.ts';
import { ServiceStack } from '../../stacks/service-stack.ts';
import { bundleOf } from '../support/lambda/bundles.ts';
import { assemblyFolder } from './synthesis.ts';

/** A quarter more than the largest has: a dependency that comes in by mistake is noticed. */
const MOST_BYTES = 2_000_000;

describe('The bundles', () => {
  for (const name of SERVICE_FUNCTION_NAMES) {
    test(`of ${name} loads on its own, and has a handler`, async (context) => {
      const folder = await bundleOf(name);
      const file = join(folder, 'index.mjs');
      const configuration = serviceFunction(name, folder, {
        region: 'us-east-1',
        accountId: '111122223333',
        responseEndpoint: new URL('http://127.0.0.1:1'),
      });
      const program = `import(${JSON.stringify(pathToFileURL(file).href)})
        .then((loaded) => console.log(typeof loaded.handler, Object.keys(loaded).length))`;
      const output = execFileSync(process.execPath, ['--eval', program], {
        cwd: folder,
        encoding: 'utf8',
        env: functionEnvironment(configuration, '127.0.0.1:1', 'a-stream'),
      });
      assert.equal(output, 'function 1\n');
      const content = readFileSync(file);
      context.diagnostic(`${name}: ${content.length} bytes, ${gzipSync(content).length} with gzip`);
      assert.ok(content.length < MOST_BYTES, `${content.length} bytes`);
    });
  }

  test('are byte for byte what the service stack deploys, as it was built', async () => {
    const app = new App({ outdir: assemblyFolder() });
    new ServiceStack(app, 'service');
    const { directory } = app.synth();
    const deployed = readdirSync(directory)
      .filter((name) => name.startsWith('asset.'))
      .map((name) => readFileSync(join(directory, name, 'index.mjs'), 'utf8'));
    assert.equal(deployed.length, SERVICE_FUNCTION_NAMES.length);
    for (const name of SERVICE_FUNCTION_NAMES) {
      const own = readFileSync(join(await bundleOf(name), 'index.mjs'), 'utf8');
      assert.ok(deployed.includes(own), `The bundle of ${name} is none of the deployed ones`);
    }
  });
});
