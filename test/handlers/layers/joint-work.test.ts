import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JointWork } from '../../../handlers/layers/joint-work.ts';

const NEVER = new AbortController().signal;

describe('Joint work', () => {
  test('is done once for all who come while it runs, and again for those who come later', async () => {
    const work = new JointWork<number>();
    let runs = 0;
    const run = async () => {
      runs += 1;
      return runs;
    };
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => work.join('a', NEVER, run))), [1, 1, 1]);
    assert.equal(await work.join('a', NEVER, run), 2);
    assert.equal(await work.join('b', NEVER, run), 3);
  });

  test('fails for all of them', async () => {
    const work = new JointWork<never>();
    const failure = new Error('no');
    const fail = () => Promise.reject(failure);
    const results = await Promise.allSettled([1, 2].map(() => work.join('a', NEVER, fail)));
    assert.ok(results.every((result) => result.status === 'rejected' && result.reason === failure));
  });

  test('goes on without the one who leaves, and ends with the last', async () => {
    const work = new JointWork<never>();
    const callers = [new AbortController(), new AbortController()] as const;
    let given: AbortSignal | undefined;
    const run = (signal: AbortSignal) => {
      given = signal;
      return new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    };
    const reasons = [new Error('one'), new Error('two')] as const;
    const joined = callers.map(({ signal }) => work.join('a', signal, run));
    const ended = joined.map((result, index) => assert.rejects(result, reasons[index]));
    callers[0].abort(reasons[0]);
    await ended[0];
    assert.equal(given?.aborted, false);
    callers[1].abort(reasons[1]);
    await ended[1];
    assert.equal(given?.reason, reasons[1]);
  });

  test('is not begun for one who has left already', async () => {
    const work = new JointWork<void>();
    const reason = new Error('late');
    await assert.rejects(
      work.join('a', AbortSignal.abort(reason), () => assert.fail('begun')),
      reason,
    );
  });

  test('that was left is begun anew for the next, although it has not ended yet', async () => {
    const work = new JointWork<string>();
    const first = new AbortController();
    const left = work.join('a', first.signal, () => new Promise(() => {}));
    first.abort();
    await assert.rejects(left);
    assert.equal(await work.join('a', NEVER, async () => 'anew'), 'anew');
  });
});
