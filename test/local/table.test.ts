import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../local/table.ts';

test('columns are as wide as their widest line, and a cell may have several', () => {
  assert.equal(
    table(
      ['request', 'answer'],
      [
        ['Create', ['SUCCESS', 'sha256:abc']],
        ['Delete', 'FAILED'],
      ],
    ),
    [
      'request  answer', //
      '───────  ──────────',
      'Create   SUCCESS',
      '         sha256:abc',
      'Delete   FAILED',
    ].join('\n'),
  );
});

test('a table without rows is its heading', () => {
  assert.equal(table(['a', 'bc'], []), 'a  bc\n─  ──');
});
