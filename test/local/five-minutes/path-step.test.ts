import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPath } from '../../../local/five-minutes/path-step.ts';
import { substitute } from '../../../local/five-minutes/substitution.ts';

const PAGE = `# Title

\`\`\`sh
not this
\`\`\`

## Path

\`\`\`sh
one --a \\
  --b
# a comment
two
\`\`\`

\`\`\`yaml file.yaml
A: 1
\`\`\`

\`\`\`sh
three
\`\`\`

## Other

\`\`\`sh
nor this
\`\`\`
`;

describe('the steps of a section', () => {
  test('are its commands and files, in their order', () => {
    assert.deepEqual(readPath('page.md', PAGE, 'Path'), [
      { kind: 'command', command: 'one --a --b' },
      { kind: 'command', command: 'two' },
      { kind: 'file', name: 'file.yaml', text: 'A: 1\n' },
      { kind: 'command', command: 'three' },
    ]);
  });

  test('are refused where nobody can tell what to do with a block', () => {
    const page = '## Path\n\n```yaml\nA: 1\n```\n';
    assert.throws(
      () => readPath('page.md', page, 'Path'),
      /page\.md, «Path»: a block of yaml has no file's name/,
    );
  });

  test('are refused where there are none', () => {
    assert.throws(() => readPath('page.md', PAGE, 'Nothing'), /no command under «Nothing»/);
  });

  test('put no file outside of their folder', () => {
    const page = '## Path\n\n```yaml ../file.yaml\nA: 1\n```\n\n```sh\none\n```\n';
    assert.throws(() => readPath('page.md', page, 'Path'), /has no file's name/);
  });
});

describe('a substitution', () => {
  const table = [{ command: 'two', instead: 'TWO', because: 'it is so' }];

  test('stands for the whole command alone', () => {
    assert.deepEqual(substitute(['one', 'two', 'two more'], table), ['one', 'TWO', 'two more']);
  });

  test('that no command needs is refused', () => {
    assert.throws(() => substitute(['one', 'two more'], table), /no step is `two`/);
  });
});
