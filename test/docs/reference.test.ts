import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { integer, oneOf, text } from '../../handlers/cloudformation/property-kinds.ts';
import { documents } from '../../reference/document.ts';
import { escaped, plain, table } from '../../reference/markdown.ts';
import { nestedTable } from '../../reference/property-table.ts';
import { withRegions } from '../../reference/regions.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('what is generated from the definitions', () => {
  for (const { path, expected } of documents()) {
    test(`${path} is up to date; npm run reference writes it`, () => {
      const present = readFileSync(join(ROOT, path), 'utf8');
      if (path.endsWith('.json')) assert.deepEqual(JSON.parse(present), JSON.parse(expected()));
      else assert.equal(present, expected());
    });
  }
});

describe('a table of properties', () => {
  test('tells name, default or presence, value and purpose', () => {
    const schema = {
      Name: { kind: text(/a/, 'a <name> with _'), presence: 'required', description: 'Its `name`.' },
      Size: { kind: integer(1, 3), presence: 'optional', defaultValue: '2', description: 'Its size.' },
      Mood: { kind: oneOf('good', 'bad'), presence: 'optional', description: 'Its mood.' },
    } as const;
    assert.deepEqual(nestedTable(schema).split('\n'), [
      '| property | default | value | what it does |',
      '|---|---|---|---|',
      '| `Name` | required | a \\<name\\> with \\_ | Its `name`. |',
      '| `Size` | `2` | a whole number from 1 to 3 | Its size. |',
      '| `Mood` | none | `good` or `bad` | Its mood. |',
    ]);
  });

  test('has no cell that would be two', () => {
    assert.throws(() => table(['a'], [['one | two']]), /A cell can't hold "one \| two"/);
    assert.throws(() => table(['a'], [['one\ntwo']]), /A cell can't hold/);
    assert.doesNotThrow(() => table(['a'], [[escaped('one | two')]]));
  });
});

test('what shows plain text gets neither code marks nor links', () => {
  assert.equal(plain('With `lambda`, see [there](a.md#b).'), 'With lambda, see there.');
});

describe('a page', () => {
  const page = (...names: string[]): string =>
    names
      .map((name) => `before\n<!-- reference: ${name} -->\nold\n<!-- end of reference -->\nafter\n`)
      .join('');

  test('gets its regions, and keeps what is around them', () => {
    const written = withRegions(page('a', 'b'), { a: 'A', b: 'B' });
    assert.equal(written, page('a', 'b').replace('old', '\nA\n').replace('old', '\nB\n'));
    assert.equal(withRegions(written, { a: 'A', b: 'B' }), written);
  });

  test('without a region, with one too many or one twice is refused', () => {
    assert.throws(() => withRegions(page('a'), { a: '', b: '' }), /lacks the region «b»/);
    assert.throws(() => withRegions(page('a', 'c'), { a: '' }), /no region «c»; there are a/);
    assert.throws(() => withRegions(page('a', 'a'), { a: '' }), /«a» stands twice/);
  });
});
