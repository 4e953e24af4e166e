import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Terminal } from '../../cli/terminal.ts';

describe('on a terminal', () => {
  test('a passing line is replaced by the next one', () => {
    const written = write({ isTTY: true }, {}, (terminal) => {
      terminal.passing('one');
      terminal.passing('two');
      terminal.line('three');
      terminal.line('four');
    });
    assert.equal(written, '\r\x1b[2Kone\r\x1b[2Ktwo\r\x1b[2Kthree\nfour\n');
  });

  test('a passing line is cut to its width, since a wrapped one could not be cleared', () => {
    const written = write({ isTTY: true, columns: 5 }, {}, (terminal) => terminal.passing('waiting'));
    assert.equal(written, '\r\x1b[2Kwait');
  });

  test('words have colours, unless NO_COLOR says otherwise or the terminal knows none', () => {
    const colour = (environment: NodeJS.ProcessEnv) =>
      write({ isTTY: true }, environment, (terminal) => terminal.line(terminal.colour('red', 'no')));
    assert.equal(colour({}), '\x1b[31mno\x1b[0m\n');
    assert.equal(colour({ NO_COLOR: '' }), '\x1b[31mno\x1b[0m\n');
    assert.equal(colour({ NO_COLOR: '1' }), 'no\n');
    assert.equal(colour({ TERM: 'dumb' }), 'no\n');
  });
});

test('a file or a pipe gets neither passing lines nor colours', () => {
  const written = write({}, {}, (terminal) => {
    terminal.passing('one');
    terminal.line(terminal.colour('green', 'two'));
  });
  assert.equal(written, 'two\n');
});

function write(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: NodeJS.ProcessEnv,
  work: (terminal: Terminal) => void,
): string {
  const written: string[] = [];
  work(
    new Terminal(
      { ...stream, write: (text: string | Uint8Array) => written.push(String(text)) > 0 },
      environment,
    ),
  );
  return written.join('');
}
