import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import {
  describeUndelivered,
  type OnFailureRecord,
} from '../../handlers/cloudformation/on-failure-record.ts';
import { ERROR_CODES } from '../../handlers/errors.ts';
import { ECR_IMAGE_ATTRIBUTES, ecrImageSchema } from '../../handlers/resources/ecr-image-properties.ts';
import { tableUnder } from '../support/docs/table.ts';

/** What an on-failure record says of a request that nobody answered, where it says nothing more. */
const LOST: OnFailureRecord = {
  event: {},
  functionName: 'deploytime-ecr-image',
  requestId: 'request',
  condition: 'RetriesExhausted',
  errorType: '',
  runtimeMessage: '',
};

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('the page of Custom::EcrImage', () => {
  test('names every property, in the order of the schema, with its default', () => {
    const expected = Object.entries(ecrImageSchema).map(([name, { presence, defaultValue }]) => [
      name,
      defaultValue ?? (presence === 'required' ? 'required' : 'none'),
    ]);
    const documented = tableUnder('docs/resource-types/ecr-image.md', 'Properties').map(
      ([name = '', given = '']) => [name, given.replace(/ in this release$/, '')],
    );
    assert.deepEqual(documented, expected);
  });

  test('names every attribute', () => {
    const documented = tableUnder('docs/resource-types/ecr-image.md', 'Attributes').map(([name]) => name);
    assert.deepEqual(documented, [...ECR_IMAGE_ATTRIBUTES]);
  });
});

test('the page of error codes names every code that can be answered', () => {
  const documented = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  assert.deepEqual(documented.toSorted(), [...ERROR_CODES].toSorted());
});

test('the page of error codes has the beginning of every reason that undelivered gives', () => {
  const documented = tableUnder('docs/errors.md', 'A function that died').map(
    ([beginning = '']) => beginning,
  );
  const deaths: Partial<OnFailureRecord>[] = [
    { errorType: 'Sandbox.Timedout' },
    { errorType: 'Runtime.OutOfMemory' },
    { condition: 'EventAgeExceeded' },
    { errorType: 'Runtime.ExitError' },
  ];
  const reasons = deaths.map((death) => {
    const { code, message } = describeUndelivered({ ...LOST, ...death });
    return `${code}: ${message}`;
  });
  assert.equal(documented.length, reasons.length);
  reasons.forEach((reason, i) => {
    assert.ok(reason.startsWith(documented[i] ?? '?'), `${reason}\nis documented as ${documented[i]}`);
  });
});

describe('links between files', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => join('docs', path)),
  ];
  for (const page of pages) {
    test(`of ${page} lead somewhere`, () => {
      for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
        const path = join(dirname(page), target);
        assert.doesNotThrow(() => readdirSync(join(ROOT, dirname(path))), `${page} links to ${target}`);
        const there = readdirSync(join(ROOT, dirname(path)));
        assert.ok(
          path.endsWith('/') || there.includes(path.split('/').at(-1) ?? ''),
          `${page} links to ${target}`,
        );
      }
    });
  }

  test('files that architecture names are there', () => {
    const named = [...read('docs/architecture.md').matchAll(/`((?:[a-z-]+\/)+[a-z-]+\.ts)`/g)].map(
      ([, path = '']) => path,
    );
    assert.ok(named.length > 20, `only ${named.length} files are named`);
    for (const path of named) {
      const candidates = [path, `handlers/${path}`];
      assert.ok(
        candidates.some((candidate) => readIfThere(candidate) !== undefined),
        `docs/architecture.md names ${path}, which is not there`,
      );
    }
  });
});

function readIfThere(path: string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}
