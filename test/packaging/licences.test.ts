import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatLicences, type LicensedPackage } from '../../packaging/licences.ts';

const TEXT = { name: 'LICENSE', text: 'Whoever reads this may use it.\n' };

function licensed(name: string, overrides: Partial<LicensedPackage> = {}): LicensedPackage {
  return { name, version: '1.0.0', licence: 'MIT', repository: undefined, texts: [TEXT], ...overrides };
}

describe('the licences of what is bundled', () => {
  test('name each package, and have each text once and unabridged, with all that it is of', () => {
    const notice = { name: 'NOTICE', text: 'Made by somebody.\n\nElsewhere.\n' };
    const text = formatLicences('product 2.0.0', [
      licensed('a', { licence: 'Apache-2.0', texts: [TEXT, notice] }),
      licensed('b'),
    ]);
    assert.match(text, /^Third-party software in product 2\.0\.0\n/);
    assert.match(text, /\n\na 1\.0\.0 \(Apache-2\.0\)\nb 1\.0\.0 \(MIT\)\n/);
    assert.match(
      text,
      /\n=+\na 1\.0\.0: LICENSE\nb 1\.0\.0: LICENSE\n=+\n\nWhoever reads this may use it\.\n/,
    );
    assert.match(text, /\n=+\na 1\.0\.0: NOTICE\n=+\n\nMade by somebody\.\n\nElsewhere\.\n$/);
    assert.equal(text.split(TEXT.text).length, 2);
  });

  for (const licence of ['GPL-3.0-only', '(MIT OR GPL-2.0)', 'SEE LICENSE IN LICENSE.txt', 'mit']) {
    test(`are refused where a package is under ${licence}`, () => {
      assert.throws(
        () => formatLicences('product', [licensed('fine'), licensed('other', { licence })]),
        (error: Error) =>
          error.message.startsWith(
            `other 1.0.0 is bundled and is under ${licence}; allowed are 0BSD, Apache-2.0`,
          ) && error.message.endsWith('add it to ALLOWED in packaging/licences.ts'),
      );
    });
  }

  test('are refused where a package names none', () => {
    assert.throws(
      () => formatLicences('product', [licensed('other', { licence: '' })]),
      /^Error: other 1\.0\.0 is bundled and names no licence; allowed are/,
    );
  });

  test('are refused where a text is missing, with the place for it, for each package at once', () => {
    const without = (name: string, repository?: string) => licensed(name, { repository, texts: [] });
    assert.throws(
      () => formatLicences('product', [without('one', 'owner/one'), licensed('fine'), without('two')]),
      {
        message:
          'one 1.0.0 is bundled and has no licence file: put the one of its repository into packaging/licence-texts/owner/one/LICENSE\n' +
          'two 1.0.0 is bundled and has no licence file: put the one of its repository into packaging/licence-texts/<owner>/<repository>/LICENSE',
      },
    );
  });
});
