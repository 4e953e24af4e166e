import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseChallenges } from '../../../handlers/registry/challenge.ts';

const read = (header: string | string[] | undefined) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test('a bearer challenge is read as Docker Hub writes it', () => {
  assert.deepEqual(
    read(
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/busybox:pull"',
    ),
    [
      [
        'bearer',
        {
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:library/busybox:pull',
        },
      ],
    ],
  );
});

test('several challenges, in one header or in several, are told apart', () => {
  const both = [
    ['basic', { realm: 'a, "b"' }],
    ['bearer', { realm: 'https://x/t', scope: 'a:b:pull,push' }],
  ];
  assert.deepEqual(
    read('Basic realm="a, \\"b\\"", BEARER Realm = "https://x/t" , scope="a:b:pull,push"'),
    both,
  );
  assert.deepEqual(
    read(['Basic realm="a, \\"b\\""', 'Bearer realm="https://x/t",scope="a:b:pull,push"']),
    both,
  );
});

test('a scheme without parameters and plain values are read', () => {
  assert.deepEqual(read('Negotiate, Basic realm=x'), [
    ['negotiate', {}],
    ['basic', { realm: 'x' }],
  ]);
});

test('no header and a broken one have no challenge', () => {
  assert.deepEqual(read(undefined), []);
  assert.deepEqual(read(''), []);
  assert.deepEqual(read('realm="x"'), []);
});

test('any header is read to an end', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'Bearer="\\, \t!x;'), maxLength: 200 }), (header) => {
      parseChallenges(header);
    }),
    { numRuns: 1_000 },
  );
});
