import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BUNDLED_PACKAGES } from '../packaging/bundled-packages.ts';
import * as rules from './import-rules/rules.ts';
import { readSourceFiles, type SourceFile, sourceFile } from './import-rules/source-file.ts';

/** One rule, and for each way to break it a small graph that does, with what must be said of it. */
interface Case {
  readonly says: string;
  readonly rule: rules.Rule;
  readonly broken: readonly (readonly [text: Record<string, string>, complaint: RegExp])[];
}

const CASES: readonly Case[] = [
  {
    says: 'imports in handlers run one way',
    rule: rules.layers,
    broken: [
      [{ 'handlers/oci/digest.ts': `import { a } from '../registry/upload.ts';` }, /is in oci, and imports/],
      [{ 'handlers/registry/a.ts': `export * from '../copy/copy-image.ts';` }, /is in registry/],
      [
        { 'handlers/cloudformation/a.ts': `import type { A } from '../resources/b.ts';` },
        /is in cloudformation/,
      ],
      [{ 'handlers/resources/a.ts': `import { handler } from '../ecr-image.ts';` }, /is in resources/],
      [{ 'handlers/network/a.ts': `const a = await import('../oci/digest.ts');` }, /is in network/],
      [
        { 'handlers/scaling/targets/a.ts': `import { a } from '../../cloudformation/lifecycle.ts';` },
        /is in scaling, and imports/,
      ],
      [{ 'handlers/cloudformation/a.ts': `import { a } from '../scaling/plan.ts';` }, /is in cloudformation/],
    ],
  },
  {
    says: 'pure modules have no clock, environment, network or randomness',
    rule: rules.purity,
    broken: [
      [{ 'handlers/oci/a.ts': `import { request } from 'node:https';` }, /imports node:https/],
      [
        { 'handlers/oci/a.ts': `import { Outbound } from '../network/outbound.ts';` },
        /imports handlers\/network/,
      ],
      [{ 'handlers/oci/a.ts': 'export const now = () => Date.now();' }, /uses Date\.now/],
      [
        { 'handlers/scaling/decision/decide.ts': 'export const now = () => new Date();' },
        /uses new Date\(\)/,
      ],
      [{ 'handlers/scaling/time/schedule.ts': 'export const a = () => process.uptime();' }, /uses process\./],
      [{ 'handlers/scaling/ecs/a.ts': 'export const a = () => Math.random();' }, /uses Math\.random/],
      [{ 'handlers/scaling/a.ts': 'export const now = () => Temporal.Now.instant();' }, /uses Temporal\.Now/],
      [{ 'handlers/scaling/a.ts': `import { a } from './targets/ecs.ts';` }, /is pure, and imports handlers/],
      [{ 'handlers/scaling/a.ts': `import { a } from './plan-store.ts';` }, /is pure, and imports handlers/],
      [{ 'handlers/scaling/a.ts': `import { TableStore } from './table-store.ts';` }, /is pure, and imports/],
      [
        { 'handlers/cloudformation/property-kinds.ts': `import { a } from '../registry/token.ts';` },
        /is pure, and imports handlers/,
      ],
      [{ 'handlers/oci/a.ts': 'export const a = () => Math.random();' }, /uses Math\.random/],
      [
        { 'handlers/layers/tree.ts': `import { readFileSync } from 'node:fs';` },
        /is pure, and imports node:fs/,
      ],
      [
        { 'handlers/layers/entry.ts': `import { a } from './directory.ts';` },
        /is pure, and imports handlers/,
      ],
      [
        { 'handlers/layers/zip-a.ts': `import { request } from 'node:https';` },
        /reads files only, and imports/,
      ],
      [
        { 'handlers/layers/zip.ts': `import { A } from './layer-store.ts';` },
        /reads files only, and imports/,
      ],
      [{ 'handlers/layers/directory.ts': 'export const now = () => Date.now();' }, /uses Date\.now/],
    ],
  },
  {
    says: 'what runs elsewhere takes only what is pure from handlers, and nothing imports test',
    rule: rules.folders,
    broken: [
      [{ 'local/a.ts': `import { readEnvironment } from '../handlers/environment.ts';` }, /imports handlers/],
      [{ 'stacks/a.ts': `import { b } from '../local/b.ts';` }, /imports local/],
      [{ 'stacks/a.ts': `import { A } from '../handlers/layers/layer-store.ts';` }, /imports handlers/],
      [{ 'local/a.ts': `import { App } from '../stacks/app.ts';` }, /imports stacks/],
      [{ 'reference/a.ts': `import { App } from '../stacks/app.ts';` }, /imports stacks/],
      [{ 'handlers/a.ts': `import { b } from '../stacks/b.ts';` }, /imports stacks/],
      [{ 'cli/a.ts': `import { b } from '../test/support/b.ts';` }, /imports test/],
    ],
  },
  {
    says: 'nothing imports events',
    rule: rules.events,
    broken: [
      [{ 'test/a.test.ts': `import create from '../events/ecr-image/create.json';` }, /imports events/],
    ],
  },
  {
    says: 'process.env is read in handlers/environment.ts alone',
    rule: rules.environment,
    broken: [
      [{ 'handlers/copy/a.ts': 'export const a = process.env.A;' }, /reads process\.env/],
      [{ 'handlers/copy/a.ts': `import { env } from 'node:process';\nexport const a = env.A;` }, /reads/],
    ],
  },
  {
    says: 'the AWS SDK stands at the edge',
    rule: rules.sdk,
    broken: [
      [{ 'handlers/copy/a.ts': `import { ECRClient } from '@aws-sdk/client-ecr';` }, /imports @aws-sdk/],
      [{ 'handlers/telemetry.ts': `import { ECRClient } from '@aws-sdk/client-ecr';` }, /imports @aws-sdk/],
    ],
  },
  {
    says: 'middy and Powertools stand in entries and telemetry.ts',
    rule: rules.frameworks,
    broken: [
      [{ 'handlers/resources/a.ts': `import middy from '@middy/core';` }, /imports @middy/],
      [{ 'handlers/registry/a.ts': `import { Logger } from '@aws-lambda-powertools/logger';` }, /powertools/],
    ],
  },
  {
    says: 'handlers are made of the packages that are meant to be bundled',
    rule: rules.dependencies(BUNDLED_PACKAGES),
    broken: [
      [{ 'handlers/copy/a.ts': `import { build } from 'esbuild';` }, /imports esbuild, which is none/],
    ],
  },
  {
    says: 'no import comes back to where it began',
    rule: rules.cycles,
    broken: [
      [
        {
          'local/a.ts': `import { b } from './b.ts';`,
          'local/b.ts': `export { c } from './c.ts';`,
          'local/c.ts': `import { a } from './a.ts';`,
        },
        /local\/a\.ts → local\/b\.ts → local\/c\.ts → local\/a\.ts/,
      ],
      [{ 'cli/a.ts': `import {\n  a,\n  b,\n} from './a.ts';` }, /cli\/a\.ts → cli\/a\.ts/],
    ],
  },
  {
    says: 'a file has the name of a noun of its field',
    rule: rules.names,
    broken: [
      [{ 'handlers/copy/copy-utils.ts': '' }, /"utils"/],
      [{ 'local/common/a.ts': '' }, /"common"/],
      [{ 'stacks/stack-manager.ts': '' }, /"manager"/],
    ],
  },
  {
    says: 'a file has 400 lines at the most',
    rule: rules.size,
    broken: [[{ 'local/a.ts': 'a;\n'.repeat(401) }, /has 401 lines/]],
  },
];

const files = readSourceFiles();

describe('the rules of the house', () => {
  test('are held against all of the source', () => {
    assert.ok(files.some(({ path }) => path === 'handlers/errors.ts'));
    assert.ok(files.some(({ imports }) => imports.length > 0));
  });

  for (const { says, rule, broken } of CASES) {
    test(says, () => assert.deepEqual(rule(files), []));
    for (const [index, [texts, complaint]] of broken.entries()) {
      test(`${says}: breach ${index + 1} is seen`, () =>
        assert.match(rule(graph(texts)).join('\n'), complaint));
    }
  }

  test('import type makes no cycle, and a comment no import', () => {
    const texts = {
      'local/a.ts': `// import { b } from './b.ts';\nimport type { B } from './b.ts';\nexport const a: B = 1;`,
      'local/b.ts': `/* import('./b.ts') */\nimport { a } from './a.ts';\nexport type B = typeof a;`,
    };
    assert.deepEqual(rules.cycles(graph(texts)), []);
  });
});

function graph(texts: Record<string, string>): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => sourceFile(path, text));
}
