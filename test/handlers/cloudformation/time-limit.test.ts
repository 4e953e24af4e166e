import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { withinTimeLimit } from '../../../handlers/cloudformation/time-limit.ts';

const reason = new Error('The limit is over');
const never = () => new Promise<never>(() => {});

describe('a time limit', () => {
  test('lets work be that ends in time, and leaves nothing behind', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { signal } = new AbortController();
      let inner: AbortSignal | undefined;
      const work = async (until: AbortSignal) => {
        inner = until;
        return 'done';
      };
      assert.equal(await withinTimeLimit({ signal, limitMs: 1_000, reason }, work), 'done');
      mock.timers.tick(2_000);
      assert.equal(inner?.aborted, false);
    } finally {
      mock.timers.reset();
    }
  });

  test('ends work that heeds it or not, with its reason', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { signal } = new AbortController();
      const limited = withinTimeLimit({ signal, limitMs: 1_000, reason }, never);
      mock.timers.tick(1_000);
      await assert.rejects(limited, reason);
    } finally {
      mock.timers.reset();
    }
  });

  test("ends with the signal, for the signal's reason", async () => {
    const controller = new AbortController();
    let inner: AbortSignal | undefined;
    const limited = withinTimeLimit({ signal: controller.signal, limitMs: 60_000, reason }, (until) => {
      inner = until;
      return never();
    });
    const end = new Error('no time left');
    controller.abort(end);
    await assert.rejects(limited, end);
    assert.equal(inner?.reason, end);
    await assert.rejects(
      withinTimeLimit({ signal: controller.signal, limitMs: 60_000, reason }, never),
      end,
      'and does not begin after it',
    );
  });

  test('passes on what the work throws', async () => {
    const { signal } = new AbortController();
    const fault = new Error('fault');
    const fails = async () => {
      throw fault;
    };
    await assert.rejects(withinTimeLimit({ signal, limitMs: 60_000, reason }, fails), fault);
  });
});
