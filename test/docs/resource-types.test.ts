import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  describeUndelivered,
  type OnFailureRecord,
} from '../../handlers/cloudformation/on-failure-record.ts';
import { COMMON_PROPERTIES } from '../../handlers/cloudformation/properties.ts';
import { ERROR_CODES } from '../../handlers/errors.ts';
import {
  ECR_IMAGE_ATTRIBUTES,
  ECR_IMAGE_TYPE,
  ecrImageSchema,
} from '../../handlers/resources/ecr-image-properties.ts';
import {
  IMAGE_TAG_ATTRIBUTES,
  IMAGE_TAG_TYPE,
  imageTagSchema,
} from '../../handlers/resources/image-tag-properties.ts';
import {
  LAYER_FINGERPRINT_ATTRIBUTES,
  LAYER_FINGERPRINT_TYPE,
  layerFingerprintSchema,
} from '../../handlers/resources/layer-fingerprint-properties.ts';
import {
  SCHEDULED_SCALING_ATTRIBUTES,
  SCHEDULED_SCALING_TYPE,
  scheduledScalingSchema,
} from '../../handlers/scaling/plan/plan-properties.ts';
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

/** A resource type's page, and what it is held against. */
interface DocumentedType {
  readonly page: string;
  readonly schema: Readonly<Record<string, { readonly presence: string; readonly defaultValue?: unknown }>>;
  readonly attributes: readonly string[];
}

const TYPES: Readonly<Record<string, DocumentedType>> = {
  [ECR_IMAGE_TYPE]: {
    page: 'docs/resource-types/ecr-image.md',
    schema: ecrImageSchema,
    attributes: ECR_IMAGE_ATTRIBUTES,
  },
  [IMAGE_TAG_TYPE]: {
    page: 'docs/resource-types/image-tag.md',
    schema: imageTagSchema,
    attributes: IMAGE_TAG_ATTRIBUTES,
  },
  [LAYER_FINGERPRINT_TYPE]: {
    page: 'docs/resource-types/layer-fingerprint.md',
    schema: layerFingerprintSchema,
    attributes: LAYER_FINGERPRINT_ATTRIBUTES,
  },
  [SCHEDULED_SCALING_TYPE]: {
    page: 'docs/resource-types/scheduled-scaling.md',
    schema: scheduledScalingSchema,
    attributes: SCHEDULED_SCALING_ATTRIBUTES,
  },
};

for (const [type, { page, schema, attributes }] of Object.entries(TYPES)) {
  describe(`the page of ${type}`, () => {
    test('is named for it', () => {
      assert.ok(read(page).startsWith(`# ${type}\n`));
    });

    test('names every property, in the order of the schema, with its default', () => {
      const expected = Object.entries(schema).map(([name, { presence, defaultValue }]) => [
        name,
        defaultValue ?? (presence === 'required' ? 'required' : 'none'),
      ]);
      const documented = tableUnder(page, 'Properties');
      assert.deepEqual(documented.slice(0, expected.length), expected);
      const others = documented.slice(expected.length).map(([name]) => name);
      assert.deepEqual(others, [...COMMON_PROPERTIES]);
    });

    test('shows every property and attribute outside of its tables as well', () => {
      const text = read(page).replaceAll(/<!-- reference:.*?<!-- end of reference -->/gs, '');
      const names = [...Object.keys(schema), ...attributes];
      assert.deepEqual(
        names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)),
        [],
      );
    });

    test('names every attribute', () => {
      const documented = tableUnder(page, 'Attributes').map(([name]) => name);
      assert.deepEqual(documented, [...attributes]);
    });
  });
}

test('the README links to the page of every type', () => {
  const linked = tableUnder('README.md', 'What there is').map(([name = '']) => name);
  for (const [type, { page }] of Object.entries(TYPES))
    assert.ok(linked.includes(`[${type}](${page})`), type);
});

test('codes that the pages of types name are answered', () => {
  for (const page of ['ecr-image', 'image-tag', 'layer-fingerprint', 'scheduled-scaling']) {
    const codes = tableUnder(`docs/resource-types/${page}.md`, 'Errors').flatMap(([names = '']) =>
      names.split(', '),
    );
    assert.ok(codes.length > 3);
    for (const code of codes)
      assert.ok(
        ERROR_CODES.some((known) => known === code),
        code,
      );
  }
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

function readIfThere(path: string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}
