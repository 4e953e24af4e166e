import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readInvokeOptions } from '../../../local/invoke/options.ts';
import { LocalError } from '../../../local/local-error.ts';

describe('The options of npm run invoke', () => {
  test('leave everything as it is deployed, without an account', () => {
    assert.deepEqual(readInvokeOptions(['ecr-image', 'create.json'], undefined), {
      functionName: 'ecr-image',
      eventFile: 'create.json',
      endpoint: undefined,
      registryHosts: {},
      memoryMb: undefined,
      timeoutSeconds: undefined,
      log: false,
      json: false,
    });
  });

  test('take all that the help names', () => {
    const args =
      'undelivered a.json --endpoint http://127.0.0.1:1 --memory 128 --timeout 900 --log --json ' +
      '--registry-host a.example=http://127.0.0.1:2 --registry-host b.example:5000=https://c.example/x?y=z';
    assert.deepEqual(readInvokeOptions(args.split(' '), 'http://127.0.0.1:3'), {
      functionName: 'undelivered',
      eventFile: 'a.json',
      endpoint: new URL('http://127.0.0.1:1'),
      registryHosts: { 'a.example': 'http://127.0.0.1:2/', 'b.example:5000': 'https://c.example/x?y=z' },
      memoryMb: 128,
      timeoutSeconds: 900,
      log: true,
      json: true,
    });
    assert.equal(readInvokeOptions(['-h'], undefined), 'help');
  });

  test('take the endpoint of the environment where none is named', () => {
    const options = readInvokeOptions(['ecr-image', 'a.json'], 'http://127.0.0.1:3');
    assert.ok(options !== 'help');
    assert.equal(options.endpoint?.origin, 'http://127.0.0.1:3');
  });

  for (const [args, sentence] of [
    [
      '',
      /^no function is named; there are ecr-image, image-tag, layer-fingerprint, scheduled-scaling, undelivered$/,
    ],
    [
      'image',
      /^there is no function image; there are ecr-image, image-tag, layer-fingerprint, scheduled-scaling, undelivered$/,
    ],
    ['image-tag', /^no event is named; e\.g\. npm run invoke -- image-tag events\/image-tag\/create\.json$/],
    ['undelivered', /^no event is named; .* undelivered events\/undelivered\/timed-out\.json$/],
    ['ecr-image a.json b.json', /^b\.json: one event is invoked at a time/],
    ['ecr-image a.json --memory 64', /^--memory is "64": it must be a whole number from 128 to 10240$/],
    ['ecr-image a.json --memory 200.5', /^--memory is "200\.5"/],
    ['ecr-image a.json --timeout long', /^--timeout is "long": it must be a whole number from 1 to 900$/],
    ['ecr-image a.json --endpoint ftp://a', /^--endpoint is "ftp:\/\/a", which is no http or https URL/],
    ['ecr-image a.json --registry-host docker.io', /^--registry-host is "docker\.io": it must be HOST=URL/],
    ['ecr-image a.json --registry-host a=b', /^--registry-host is "b", which is no http or https URL/],
    ['ecr-image a.json --verbose', /^Unknown option '--verbose'; npm run invoke -- --help lists/],
  ] as const) {
    test(`that do not fit are refused in a sentence: ${args}`, () => {
      assert.throws(
        () =>
          readInvokeOptions(
            args.split(' ').filter((arg) => arg !== ''),
            undefined,
          ),
        (error: unknown) => error instanceof LocalError && sentence.test(error.message),
      );
    });
  }
});
