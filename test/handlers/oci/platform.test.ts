import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlatform, isSamePlatform, parsePlatform } from '../../../handlers/oci/platform.ts';

test('a platform without a variant means the usual one', () => {
  assert.ok(isSamePlatform(parsePlatform('linux/arm64'), parsePlatform('linux/arm64/v8')));
  assert.ok(isSamePlatform(parsePlatform('linux/amd64'), parsePlatform('linux/amd64/v1')));
});

test('another variant, architecture or system is another platform', () => {
  assert.ok(!isSamePlatform(parsePlatform('linux/amd64'), parsePlatform('linux/amd64/v3')));
  assert.ok(!isSamePlatform(parsePlatform('linux/arm64'), parsePlatform('linux/arm/v7')));
  assert.ok(!isSamePlatform(parsePlatform('linux/amd64'), parsePlatform('windows/amd64')));
});

test('a platform is written with the variant that does not go without saying', () => {
  assert.equal(formatPlatform({ os: 'linux', architecture: 'arm64', variant: 'v8' }), 'linux/arm64');
  assert.equal(formatPlatform({ os: 'linux', architecture: 'arm', variant: 'v6' }), 'linux/arm/v6');
});

for (const text of [
  '',
  'linux',
  'linux/',
  '/amd64',
  'linux/amd64/v1/x',
  'Linux/amd64',
  'linux/amd 64',
  'all',
]) {
  test(`"${text}" is no platform`, () => {
    assert.throws(() => parsePlatform(text), { code: 'InvalidRequest', message: /no platform/ });
  });
}
