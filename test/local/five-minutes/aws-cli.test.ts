import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAwsCli, mistakeInVersion } from '../../../local/five-minutes/aws-cli.ts';

describe('the AWS CLI', () => {
  for (const said of [
    'aws-cli/1.29.0 Python/3.11.7',
    'aws-cli/1.45.11 Python/3.11.7 Linux',
    'aws-cli/2.13.0 Python/3.11',
  ]) {
    test(`is taken as ${said}`, () => assert.equal(mistakeInVersion(said), undefined));
  }

  for (const said of ['aws-cli/1.28.9 Python/3.11', 'aws-cli/2.9.19 Python/3.11', 'something else', '']) {
    test(`is refused as «${said}», which would ask AWS itself`, () =>
      assert.match(mistakeInVersion(said) ?? '', /must be 1\.29 or 2\.13 and later/));
  }

  test('that is not there is told so', () =>
    assert.rejects(checkAwsCli({ PATH: '/nowhere' }), /not on the PATH/));
});
