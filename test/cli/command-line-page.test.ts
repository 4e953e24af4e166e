import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { StackStatus } from '@aws-sdk/client-cloudformation';
import { EXIT_CODES } from '../../cli/cli-error.ts';
import { deployDocument } from '../../cli/deploy/deploy-report.ts';
import type { Proposal } from '../../cli/deploy/deployment.ts';
import { proposalLines } from '../../cli/deploy/proposal-lines.ts';
import { decideStack } from '../../cli/deploy/stack-state.ts';
import type { CheckName } from '../../cli/doctor/check.ts';
import { doctorDocument, doctorLines } from '../../cli/doctor/doctor-report.ts';
import { fingerprintDocument } from '../../cli/fingerprint-report.ts';
import { presentClusterSchema, presentServiceSchema } from '../../cli/plan/present-file.ts';
import { type Actions, buildProgram } from '../../cli/program.ts';
import { removalDocument } from '../../cli/remove/removal-report.ts';
import { tagDocument } from '../../cli/tag-report.ts';
import { fingerprintOf } from '../../handlers/layers/fingerprint.ts';
import { digestOf } from '../../handlers/oci/digest.ts';
import { EXPECTED_DURATIONS, formatRange } from '../../handlers/scaling/forecast/expectation.ts';
import { codeBlocks } from '../support/docs/code-blocks.ts';
import { tableUnder } from '../support/docs/table.ts';
import { ADDED, DeployTestWorld } from './deploy/deploy-world.ts';
import { examineWorld, type Oddities, PLACE } from './doctor/doctor-world.ts';
import { berlin, NIGHTLY, runPlanHere } from './plan-run.ts';

const PAGE = 'docs/command-line.md';
const TEXT = readFileSync(join(import.meta.dirname, '..', '..', PAGE), 'utf8');

const EXAMPLE_PROPOSAL: Proposal = {
  stackName: 'deploytime',
  place: { partition: 'aws', accountId: '111122223333', region: 'eu-central-1' },
  action: 'update',
  version: { before: '0.2.0', after: '0.3.0' },
  parameters: [{ name: 'LogRetention', before: '90', after: '30' }],
  losesProperties: false,
  changes: [
    ADDED,
    {
      action: 'change',
      logicalId: 'EcrImage',
      type: 'AWS::Lambda::Function',
      physicalId: 'deploytime-ecr-image',
      replacement: 'no',
      isRetained: false,
      properties: [
        { path: 'Code', before: undefined, after: undefined, replaces: 'no' },
        { path: 'Environment.Variables.DEPLOYTIME_VERSION', before: '0.2.0', after: '0.3.0', replaces: 'no' },
      ],
    },
    {
      action: 'replace',
      logicalId: 'ScalingTable',
      type: 'AWS::DynamoDB::Table',
      physicalId: 'deploytime-scaling',
      replacement: 'yes',
      isRetained: false,
      properties: [{ path: 'KeySchema', before: undefined, after: undefined, replaces: 'yes' }],
    },
  ],
};

const EXAMPLE_ODDITIES: Oddities = {
  messages: 2,
  mounting: 'DISABLED',
  denied: ['findRuleState'],
  stacks: { shop: ['Custom::ImageTag', 'Custom::EcrImage'], batch: ['Custom::ScheduledScaling'], web: [] },
};

const ignore: Actions = {
  deploy: async () => {},
  doctor: async () => {},
  remove: async () => {},
  tag: async () => {},
  fingerprint: async () => {},
  plan: async () => {},
};
const stream = { write: () => true };
const program = buildProgram(ignore, { version: '0', streams: { stdout: stream, stderr: stream } });

describe('the page of the command line', () => {
  for (const command of program.commands) {
    test(`names every option of ${command.name()}, in the order of its help, with its default`, () => {
      const help = command.createHelp();
      const offered = help
        .visibleOptions(command)
        .map(({ flags, description, defaultValue }) => [
          flags,
          defaultValue === undefined
            ? /^required:/.exec(description)?.[0].slice(0, -1)
            : String(defaultValue),
        ]);
      const documented = tableUnder(PAGE, `deploytime ${command.name()}`);
      assert.deepEqual(
        documented.map(([flags]) => flags),
        offered.map(([flags]) => flags),
      );
      for (const [index, [flags, given]] of offered.entries()) {
        if (given !== undefined) assert.equal(documented[index]?.[1], given, flags);
      }
    });
  }

  test('names no command that is not there', () => {
    const sections = [...TEXT.matchAll(/^## deploytime (\S+)$/gm)].map(([, name]) => name);
    assert.deepEqual(
      sections,
      program.commands.map((command) => command.name()),
    );
  });

  test('names every exit code', () => {
    const documented = tableUnder(PAGE, 'Exit codes').map(([number, code]) => [code, Number(number)]);
    assert.deepEqual(documented, [['', 0], ...Object.entries(EXIT_CODES)]);
  });
});

describe('the page names every field of the JSON that is printed', () => {
  const documented = (heading: string) =>
    tableUnder(PAGE, heading).flatMap(([names = '']) => names.split(', ').map((name) => name.trim()));

  test('by tag', () => {
    const image = { digest: digestOf(''), pushedAt: new Date(0), mediaType: '', tags: [], isArchived: false };
    const document = tagDocument(
      {
        decision: { action: 'create', reason: 'missing' },
        release: { selector: { tag: 'v1' }, image },
        former: undefined,
        version: 1,
        isWritten: true,
        overwritten: undefined,
      },
      { parameter: '/app/tag', repository: 'team/app' },
    );
    assert.deepEqual(
      documented('Output of deploytime tag --json').toSorted(),
      Object.keys(document).toSorted(),
    );
  });

  test('by fingerprint', () => {
    const layer = {
      path: 'layer',
      kind: 'zip',
      fingerprint: fingerprintOf([]),
      entries: [],
      bytes: 0,
    } as const;
    const document = fingerprintDocument([layer], true);
    assert.deepEqual(documented('Output of deploytime fingerprint --json'), [
      ...Object.keys(document),
      ...Object.keys(document.layers[0] ?? {}).map((name) => `layers[].${name}`),
    ]);
  });

  test('by deploy', async () => {
    const world = new DeployTestWorld();
    const document = deployDocument(await world.deploy({ dryRun: true }));
    assert.deepEqual(
      documented('Output of deploytime deploy --json').toSorted(),
      Object.keys(document).toSorted(),
    );
    const page = sectionUnder('Output of deploytime deploy --json');
    const inner = [document.version, document.parameters[0] ?? {}, document.changes[0] ?? {}];
    for (const field of inner.flatMap((one) => Object.keys(one))) {
      assert.ok(page.includes(`\`${field}\``), field);
    }
  });

  test('by doctor', async () => {
    const examination = await examineWorld({ stacks: { shop: ['Custom::EcrImage'] } });
    const document = doctorDocument(examination, PLACE);
    assert.deepEqual(
      documented('Output of deploytime doctor --json'),
      Object.keys(document).map((name) => name),
    );
    const page = sectionUnder('Output of deploytime doctor --json');
    const inner = [document.version, document.checks[0] ?? {}, document.uses?.[0] ?? {}];
    for (const field of inner.flatMap((one) => Object.keys(one))) {
      assert.ok(page.includes(`\`${field}\``), field);
    }
  });

  test('by remove', () => {
    const place = { stackName: 'deploytime', accountId: '1', region: 'r' };
    const document = removalDocument({ proposal: undefined, result: 'none' }, place);
    assert.deepEqual(documented('Output of deploytime remove --json'), Object.keys(document));
  });

  test('by plan', async () => {
    const files = { 'plan.json': berlin(NIGHTLY) };
    const { stdout } = await runPlanHere(['@plan.json', '--json'], { files });
    const document = JSON.parse(stdout);
    const [plan] = document.plans;
    const timed = ['utc', 'local'];
    assert.deepEqual(documented('Output of deploytime plan --json'), [
      'plans',
      ...Object.keys(plan).flatMap((name) => [
        `plans[].${name}`,
        ...(name === 'edges'
          ? Object.keys(plan.edges[0])
              .filter((field) => !timed.includes(field))
              .map((field) => `plans[].edges[].${field}`)
          : []),
      ]),
    ]);
    const page = sectionUnder('Output of deploytime plan --json');
    for (const list of [
      plan.windows,
      plan.edges[0].calls,
      plan.edges[0].outcomes,
      plan.clockChanges,
      plan.capacity,
    ]) {
      for (const field of Object.keys(list[0]).filter((name) => !timed.includes(name))) {
        assert.ok(page.includes(`\`${field}\``), field);
      }
    }
  });

  test('by plan, of steps, odd times and priorities', async () => {
    const peak = { ...NIGHTLY, Name: 'peak', Priority: 1, Except: ['2026-10-21'], End: 'cron(0 4 * * ? *)' };
    const { stdout } = await runPlanHere(['@plan.json', '--json'], {
      files: { 'plan.json': berlin(NIGHTLY, peak) },
    });
    const [{ oddTimes, priorities, assumed, capacity }] = JSON.parse(stdout).plans;
    const page = sectionUnder('Output of deploytime plan --json');
    const steps = capacity.map(({ steps }: { steps: readonly object[] }) => steps[0]);
    for (const one of [oddTimes[0], priorities[0], assumed[0], ...steps]) {
      for (const field of Object.keys(one)) assert.ok(page.includes(`\`${field}\``), field);
    }
  });
});

/** All text under a heading. */
function sectionUnder(heading: string): string {
  return TEXT.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

describe('the page of the command line shows what is printed', () => {
  test('by deploy, of each part', () => {
    const page = sectionUnder('deploytime deploy');
    const shown = /```text\n([\s\S]*?)\n\nDeploy these changes to deploytime\? \[y\/N\]\n```/.exec(page)?.[1];
    assert.equal(shown, proposalLines(EXAMPLE_PROPOSAL, (_, text) => text).join('\n'));
  });

  test('by doctor, of each state', async () => {
    const examination = await examineWorld(EXAMPLE_ODDITIES);
    const shown = /```text\n([\s\S]*?)\n```/.exec(sectionUnder('deploytime doctor'))?.[1];
    assert.equal(shown, doctorLines(examination, PLACE, (_, text) => text).join('\n'));
  });

  test('what doctor looks at', () => {
    const told = tableUnder(PAGE, 'What doctor looks at').map(([name]) => name);
    const names: Record<CheckName, true> = {
      service: true,
      function: true,
      version: true,
      'failure-destination': true,
      'service-token': true,
      'dead-letters': true,
      sweep: true,
      'blob-mounting': true,
      stacks: true,
    };
    assert.deepEqual(told, Object.keys(names));
  });

  test('what deploy does by the status of the stack', () => {
    const page = sectionUnder('What deploy does');
    for (const status of Object.values(StackStatus).filter((one) => one !== 'DELETE_COMPLETE')) {
      const decision = decideStack({ name: 'deploytime', id: '', status, parameters: new Map() });
      const isNamed = page.includes(`\`${status}\``);
      // Those that are refused are the rest.
      assert.ok(isNamed || decision.action === 'refuse', status);
    }
  });
});

describe('the page of the command line allows', () => {
  for (const command of ['deploy', 'doctor']) {
    test(`every action that ${command} says it needs`, () => {
      const folder = join(import.meta.dirname, '..', '..', 'cli', command);
      const code = readdirSync(folder)
        .filter((name) => name.endsWith('-store.ts'))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join('\n');
      const needed = new Set(code.match(/\b(?:cloudformation|s3|lambda|ssm|sqs|events|ecr):[A-Z]\w+/g));
      assert.ok(needed.size > 5);
      const allowed = codeBlocks(PAGE, 'json').join('\n');
      assert.deepEqual(
        [...needed].filter((action) => !allowed.includes(`"${action}"`)),
        [],
      );
    });
  }
});

describe('the page of the command line tells what plan goes by', () => {
  test('how long things take', () => {
    const page = sectionUnder('How long plan expects a call to take');
    for (const range of Object.values(EXPECTED_DURATIONS)) {
      assert.ok(page.includes(formatRange(range)), formatRange(range));
    }
  });

  test('every property of --present', () => {
    const documented = tableUnder(PAGE, 'What the targets have').flatMap(([names = '']) => names.split(', '));
    assert.deepEqual(
      new Set(documented),
      new Set([...Object.keys(presentClusterSchema), ...Object.keys(presentServiceSchema)]),
    );
  });

  test('a file for --present that can be read', async () => {
    const [, yaml = ''] = /## What the targets have\n[\s\S]*?```yaml\n([\s\S]*?)```/.exec(TEXT) ?? [];
    const files = { 'plan.json': berlin(NIGHTLY), 'present.yaml': yaml };
    const { exitCode, stdout } = await runPlanHere(['@plan.json', '--present', '@present.yaml'], { files });
    assert.equal(exitCode, 0);
    assert.match(stdout, /^docdb\/orders has 2 × db\.r6g\.large\necs\/prod\/batch has 2 tasks$/m);
  });
});
