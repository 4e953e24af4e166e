import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { ReleaseParameter } from '../../cli/release-parameter.ts';

/** What a server is known not to do, by the test that would show it, with the reason. */
export type KnownDifferences = Readonly<Partial<Record<ParameterSuiteTest, string>>>;

/**
 * What `deploytime tag` takes for granted of a parameter.
 * @param open Called once for each test: a parameter that is not there yet.
 */
export function testReleaseParameter(
  name: string,
  open: (context: TestContext) => Promise<ReleaseParameter>,
  differences: KnownDifferences = {},
): void {
  describe(name, () => {
    for (const [title, check] of Object.entries(TESTS) as [ParameterSuiteTest, Check][]) {
      const difference = differences[title];
      if (difference === undefined)
        test(title, async (context) => check(await open(context), context.signal));
      else {
        test(`${title}: not here, ${difference}`, async (context) => {
          const parameter = await open(context);
          await assert.rejects(() => check(parameter, context.signal), assert.AssertionError);
        });
      }
    }
  });
}

type Check = (parameter: ReleaseParameter, signal: AbortSignal) => Promise<void>;
export type ParameterSuiteTest = keyof typeof TESTS;

const TESTS = {
  'what is not there is not found': async (parameter, signal) => {
    assert.equal(await parameter.find(signal), undefined);
  },

  'it is created as a String, in its first version': async (parameter, signal) => {
    assert.equal(await parameter.create('v1', signal), 1);
    assert.deepEqual(await parameter.find(signal), { type: 'String', value: 'v1', version: 1 });
  },

  'it is not created over what somebody else created': async (parameter, signal) => {
    await parameter.create('v1', signal);
    assert.equal(await parameter.create('v2', signal), undefined);
    assert.equal((await parameter.find(signal))?.value, 'v1');
  },

  'each write is a version more, also of the same value': async (parameter, signal) => {
    await parameter.create('v1', signal);
    assert.equal(await parameter.update('v2', signal), 2);
    assert.equal(await parameter.update('v2', signal), 3);
    assert.deepEqual(await parameter.find(signal), { type: 'String', value: 'v2', version: 3 });
  },

  'a former version can be read': async (parameter, signal) => {
    await parameter.create('v1', signal);
    await parameter.update('v2', signal);
    assert.deepEqual(await parameter.find(signal, 1), { type: 'String', value: 'v1', version: 1 });
  },

  'a version that never was is not found': async (parameter, signal) => {
    await parameter.create('v1', signal);
    assert.equal(await parameter.find(signal, 7), undefined);
  },
} satisfies Record<string, Check>;
