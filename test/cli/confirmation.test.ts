import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { CliError } from '../../cli/cli-error.ts';
import { TerminalConfirmation } from '../../cli/confirmation.ts';
import { Terminal } from '../../cli/terminal.ts';

const ASKED = { question: 'Deploy it', otherwise: '--dry-run shows it' };

describe('a question', () => {
  for (const answer of ['y', 'yes', 'Y', ' YES ']) {
    test(`is agreed to with "${answer}"`, async () => {
      const { written, confirmed } = ask(`${answer}\n`);
      await confirmed;
      assert.equal(written(), 'Deploy it? [y/N] ');
    });
  }

  for (const answer of ['', 'n', 'no', 'yess', 'yes please', 'да']) {
    test(`is not agreed to with "${answer}"`, async () => {
      await assert.rejects(ask(`${answer}\n`).confirmed, {
        code: 'NotConfirmed',
        message: 'Not confirmed: the answer was not yes',
      });
    });
  }

  test('is not agreed to where the input ends', async () => {
    const { stdin, confirmed } = ask();
    stdin.end();
    await assert.rejects(confirmed, { code: 'NotConfirmed' });
  });

  test('is given up where somebody interrupts', async () => {
    const interruption = new AbortController();
    const { confirmed } = ask('', { signal: interruption.signal });
    interruption.abort(new CliError('Interrupted', 'Interrupted'));
    await assert.rejects(confirmed, { code: 'Interrupted' });
  });

  for (const [what, options] of [
    ['the input is no terminal', { isInputTerminal: false }],
    ['nobody sees it', { isOutputTerminal: false }],
  ] as const) {
    test(`ends with what to do where ${what}`, async () => {
      const { written, confirmed } = ask('y\n', options);
      await assert.rejects(confirmed, {
        code: 'NotConfirmed',
        message: '"Deploy it?" can\'t be asked without a terminal; --yes agrees to it, --dry-run shows it',
      });
      assert.equal(written(), '');
    });
  }
});

function ask(
  input = '',
  options: {
    readonly isInputTerminal?: boolean;
    readonly isOutputTerminal?: boolean;
    readonly signal?: AbortSignal;
  } = {},
) {
  const { isInputTerminal = true, isOutputTerminal = true, signal = new AbortController().signal } = options;
  const stdin = Object.assign(new PassThrough(), { isTTY: isInputTerminal });
  stdin.write(input);
  let text = '';
  const write = (part: string | Uint8Array) => {
    text += String(part);
    return true;
  };
  const terminal = new Terminal({ isTTY: isOutputTerminal, write }, {});
  return {
    stdin,
    written: () => text,
    confirmed: new TerminalConfirmation(terminal, stdin).confirm(ASKED, signal),
  };
}
