import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LocalError } from '../../local/local-error.ts';
import { readOptions } from '../../local/options.ts';

describe('the options of the local run', () => {
  test('need none', () => {
    assert.deepEqual(readOptions([], undefined), {
      help: false,
      stories: ['images', 'tags', 'layers', 'scaling'],
      keep: false,
      stop: false,
      port: undefined,
    });
  });

  test('are read as given', () => {
    assert.deepEqual(readOptions(['--keep', '--port', '4566'], undefined), {
      help: false,
      stories: ['images', 'tags', 'layers', 'scaling'],
      keep: true,
      stop: false,
      port: 4566,
    });
  });

  test('name what is shown alone, once and in the order in which it is told', () => {
    const { stories } = readOptions(['--only', 'layers', '--only', 'images', '--only', 'layers'], undefined);
    assert.deepEqual(stories, ['images', 'layers']);
  });

  const refused: readonly [args: readonly string[], endpoint: string | undefined, message: RegExp][] = [
    [['--port', '0'], undefined, /--port is "0": it must be a number from 1 to 65535/],
    [['--port', 'http'], undefined, /--port is "http"/],
    [['--port', '1.5'], undefined, /--port is "1.5"/],
    [['--only', 'image'], undefined, /--only is "image": it must be one of images, tags, layers, scaling/],
    [['--kepe'], undefined, /'--kepe'; npm run local -- --help lists the options/],
    [['example'], undefined, /'example'.*--help/],
    [['--port', '4566'], 'http://127.0.0.1:4566', /AWS_ENDPOINT_URL is set: leave one of them out/],
    [
      [],
      'localhost 4566',
      /AWS_ENDPOINT_URL is "localhost 4566": it must begin with http:\/\/ or https:\/\//,
    ],
    [[], 'localhost:4566', /AWS_ENDPOINT_URL is "localhost:4566"/],
    [[], 'ftp://127.0.0.1:4566', /AWS_ENDPOINT_URL is "ftp:/],
  ];
  for (const [args, endpoint, message] of refused) {
    test(`refuse ${args.join(' ')} ${endpoint ?? ''}`, () => {
      assert.throws(
        () => readOptions(args, endpoint),
        (error) => error instanceof LocalError && message.test(error.message),
      );
    });
  }
});
