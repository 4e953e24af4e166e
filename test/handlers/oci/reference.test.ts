import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ProviderError } from '../../../handlers/errors.ts';
import {
  formatReference,
  hostOfRegistry,
  normalizeRegistry,
  parseReference,
  type Reference,
} from '../../../handlers/oci/reference.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}` as const;

describe('a reference', () => {
  const SHORT_NAMES: readonly [text: string, whole: string][] = [
    ['busybox', 'docker.io/library/busybox:latest'],
    ['busybox:1.36', 'docker.io/library/busybox:1.36'],
    ['amazon/aws-cli', 'docker.io/amazon/aws-cli:latest'],
    ['docker.io/busybox', 'docker.io/library/busybox:latest'],
    ['index.docker.io/busybox', 'docker.io/library/busybox:latest'],
    ['docker.io/a/b/c', 'docker.io/a/b/c:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['LOCALHOST/app', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['registry:5000/app:v1', 'registry:5000/app:v1'],
    ['PUBLIC.ecr.AWS/docker/library/busybox', 'public.ecr.aws/docker/library/busybox:latest'],
    ['127.0.0.1:5000/app', '127.0.0.1:5000/app:latest'],
    ['[2001:db8::1]:5000/app', '[2001:db8::1]:5000/app:latest'],
    [`ghcr.io/o/app@${DIGEST}`, `ghcr.io/o/app@${DIGEST}`],
    [`ghcr.io/o/app:v1@${DIGEST}`, `ghcr.io/o/app:v1@${DIGEST}`],
    [
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app_x:1.0-rc_1',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app_x:1.0-rc_1',
    ],
  ];
  for (const [text, whole] of SHORT_NAMES) {
    test(`${text} is ${whole}`, () => {
      assert.equal(formatReference(parseReference(text)), whole);
    });
  }

  const REFUSED: readonly [text: string, why: RegExp][] = [
    ['', /repository must be/],
    ['https://ghcr.io/o/app', /without https/],
    ['Busybox', /repository must be lower-case/],
    ['ghcr.io/Owner/app', /repository must be lower-case/],
    ['Owner/app', /repository must be lower-case/],
    ['ghcr.io/', /repository must be/],
    ['ghcr.io//app', /repository must be/],
    ['app:', /tag must be/],
    ['app:-x', /tag must be/],
    [`app:${'x'.repeat(129)}`, /tag must be/],
    ['app@sha256:abc', /digest must be/],
    [`app@sha512:${'ab'.repeat(64)}`, /digest must be/],
    [`app@${DIGEST}@${DIGEST}`, /more than one "@"/],
    ['ghcr.io:99999/app', /no registry host/],
    ['ghcr.io:0/app', /no registry host/],
    ['-a.example/app', /no registry host/],
    ['user:secret@ghcr.io/app', /digest must be/],
    ['ghcr.io/../app', /repository must be/],
    ['ghcr.io/app?x=1', /repository must be/],
    ['ghcr.io/app#x', /repository must be/],
    ['app name', /repository must be/],
    ['ab'.repeat(32), /image id/],
    [`ghcr.io/${'a'.repeat(250)}`, /longer than 255/],
  ];
  for (const [text, why] of REFUSED) {
    test(`"${text.slice(0, 40)}" is refused: ${why.source}`, () => {
      assert.throws(
        () => parseReference(text),
        (error) =>
          error instanceof ProviderError && error.code === 'InvalidRequest' && why.test(error.message),
      );
    });
  }

  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const component = fc
    .tuple(word, fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '---'), word)))
    .map(([first, rest]) => first + rest.flat().join(''));
  const reference: fc.Arbitrary<Reference> = fc
    .record({
      registry: fc.constantFrom(
        'docker.io',
        'ghcr.io',
        'localhost',
        'localhost:5000',
        '[::1]:443',
        'a-b.example:80',
      ),
      repository: fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
      tag: fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { nil: undefined }),
      digest: fc.option(fc.constant(DIGEST), { nil: undefined }),
    })
    .map(({ registry, repository, tag, digest }) => ({
      registry,
      repository:
        registry === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository,
      ...(tag !== undefined && { tag }),
      ...(digest !== undefined && { digest }),
      ...(tag === undefined && digest === undefined && { tag: 'latest' }),
    }));

  test('that is written out and read again is the same', () => {
    fc.assert(
      fc.property(reference, (value) => {
        fc.pre(`${value.registry}/${value.repository}`.length <= 255);
        assert.deepEqual(parseReference(formatReference(value)), value);
      }),
    );
  });

  test('is either refused as InvalidRequest, or safe in a URL and the same when it is read again', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.string({ unit: fc.constantFrom(...'aA0.:/@_-[]%?#'), maxLength: 40 }),
    );
    fc.assert(
      fc.property(text, (arbitrary) => {
        let value: Reference;
        try {
          value = parseReference(arbitrary);
        } catch (error) {
          assert.ok(error instanceof ProviderError && error.code === 'InvalidRequest', String(error));
          return;
        }
        assert.deepEqual(parseReference(formatReference(value)), value);
        const path = `/v2/${value.repository}/manifests/${value.tag ?? ''}`;
        const url = new URL(`https://${hostOfRegistry(value.registry)}${path}`);
        assert.equal(url.pathname, path);
        assert.equal(url.username + url.password + url.search + url.hash, '');
      }),
      { numRuns: 5_000 },
    );
  });
});

test('Docker Hub is one registry by each of its names, and answers at its own host', () => {
  for (const name of ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'Docker.IO']) {
    assert.equal(normalizeRegistry(name), 'docker.io');
  }
  assert.equal(hostOfRegistry('docker.io'), 'registry-1.docker.io');
  assert.equal(hostOfRegistry('ghcr.io'), 'ghcr.io');
});
