import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { duration, Progress } from '../../local/progress.ts';

const CYAN = '\x1b[36m';
const GREEN = '\x1b[32m';
const PLAIN = '\x1b[0m';

/** Keeps what is written. */
function stream(isTTY: boolean) {
  let text = '';
  return {
    isTTY,
    write: (part: string | Uint8Array) => {
      text += part;
      return true;
    },
    read: () => text,
  };
}

/** The text without the times, which differ from run to run. */
function withoutTimes(text: string): string {
  return text.replace(/\(\d+(\.\d)? m?s\)/g, '(time)');
}

describe('the progress list', () => {
  test('is plain lines where nobody looks at a terminal', async () => {
    const output = stream(false);
    const progress = new Progress(output, {});
    const result = await progress.step(
      'deploy',
      async () => {
        progress.note('an answer');
        return 3;
      },
      (count) => `${count} stacks`,
    );
    assert.equal(result, 3);
    assert.equal(withoutTimes(output.read()), '    an answer\n✓ deploy: 3 stacks (time)\n');
  });

  test('marks a step that fails, and passes the error on', async () => {
    const output = stream(false);
    const failure = new Error('no');
    await assert.rejects(
      new Progress(output, {}).step('deploy', () => Promise.reject(failure)),
      failure,
    );
    assert.equal(withoutTimes(output.read()), '✗ deploy (time)\n');
  });

  test('shows the step under way on a terminal, with colours', async () => {
    const output = stream(true);
    await new Progress(output, {}).step('deploy', async () => undefined);
    assert.ok(output.read().includes(`${CYAN}⠋${PLAIN} deploy …`));
    assert.ok(output.read().includes(`${GREEN}✓${PLAIN} deploy`));
  });

  test('goes on turning while another step is under way, and is never wider than the terminal', async () => {
    const output = { ...stream(true), columns: 24 };
    const progress = new Progress(output, { NO_COLOR: '1' });
    let endFirst = () => {};
    const first = progress.step('deploy the first stack', () => new Promise<void>((end) => (endFirst = end)));
    await progress.step('second', async () => progress.note('an answer'));
    endFirst();
    await first;
    const CLEAR_LINE = '\r\x1b[2K';
    const lines = output.read().split(CLEAR_LINE);
    assert.deepEqual(withoutTimes(lines.join('|')).split('|').slice(1), [
      '⠋ deploy the first st …',
      '⠋ deploy t … and 1 more',
      '    an answer\n',
      '⠋ deploy t … and 1 more',
      '✓ second (time)\n',
      '⠋ deploy the first st …',
      '✓ deploy the first stack (time)\n',
    ]);
  });

  test('has no colours with NO_COLOR', async () => {
    const output = stream(true);
    await new Progress(output, { NO_COLOR: '1' }).step('deploy', async () => undefined);
    assert.ok(output.read().includes('✓ deploy'));
    assert.ok(!output.read().includes(PLAIN));
  });

  test('tells short times in milliseconds', () => {
    assert.equal(duration(41.6), '42 ms');
    assert.equal(duration(12_345), '12.3 s');
  });
});
