import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { binaryPath } from '../support/placeholder/binary.ts';
import { emulator, InterfaceEmulator } from '../support/placeholder/interface-emulator.ts';
import { SAMPLE_EVENTS } from '../support/placeholder/invocation-events.ts';

describe('the placeholder in AWS’s Runtime Interface Emulator', await emulator(), () => {
  let running: InterfaceEmulator;
  before(async () => {
    const platform = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';
    running = await InterfaceEmulator.start(binaryPath(platform), {
      AWS_LAMBDA_FUNCTION_NAME: 'orders-api',
      DEPLOYTIME_REPOSITORY: 'orders',
    });
  });
  after(() => running.stop());

  for (const { name, event, answer } of SAMPLE_EVENTS) {
    test(`${name} gets ${answer === 'error' ? 'an error' : `the ${answer} answer`}`, async () => {
      const got = (await running.invoke(JSON.stringify(event))) as Record<string, unknown>;
      if (answer === 'error') assert.equal(got.errorType, 'Placeholder.NotReleased');
      else if (answer === 'message') assert.equal(got.repository, 'orders');
      else assert.equal(got.statusCode, 503);
      assert.equal('statusDescription' in got, answer.startsWith('load balancer'));
    });
  }

  test('a payload of nearly 6 MiB is taken, and the same process takes the next', async () => {
    const got = (await running.invoke(JSON.stringify({ a: 'x'.repeat(6_000_000) }))) as { function: string };
    assert.equal(got.function, 'orders-api');
    assert.deepEqual(await running.invoke('{}'), got);
    assert.equal(
      running.output.match(/placeholder: This is a placeholder for repository orders/g)?.length,
      1,
    );
  });
});
