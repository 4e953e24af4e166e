import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareVersions } from '../../../cli/service/version.ts';

/* Each older than the next, in the order of semver.org. */
const ASCENDING = [
  '0.9.9',
  '0.10.0',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '2.0.0',
  '10.0.0',
];

describe('versions', () => {
  for (const [index, older] of ASCENDING.entries()) {
    test(`${older} is older than all that come after it`, () => {
      for (const newer of ASCENDING.slice(index + 1)) {
        assert.ok(Number(compareVersions(older, newer)) < 0, newer);
        assert.ok(Number(compareVersions(newer, older)) > 0, newer);
      }
      assert.equal(compareVersions(older, older), 0);
    });
  }

  test('the build does not count', () => assert.equal(compareVersions('1.0.0+a', '1.0.0+b'), 0));

  for (const text of ['', '1.0', 'v1.0.0', '1.0.0.0', 'latest']) {
    test(`"${text}" is none`, () => assert.equal(compareVersions(text, '1.0.0'), undefined));
  }
});
