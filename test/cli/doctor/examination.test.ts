import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CheckName, type CheckState, verdictOf } from '../../../cli/doctor/check.ts';
import { doctorDocument, doctorLines } from '../../../cli/doctor/doctor-report.ts';
import { checksNamed, examineWorld, type Oddities, PLACE } from './doctor-world.ts';

const plain = (_: string, text: string) => text;
const versioned = (value: string | undefined) => ({ version: { isKnown: true, value } }) as const;

test('a healthy service is told to be', async () => {
  const examination = await examineWorld({ stacks: {} });
  assert.ok(
    examination.checks.every(({ state, remedy }) => state === 'ok' && remedy === undefined),
    JSON.stringify(examination.checks),
  );
  assert.equal(verdictOf(examination.checks), 'healthy');
});

interface Case {
  readonly what: string;
  readonly odd: Oddities;
  readonly check: CheckName;
  readonly state: CheckState;
  readonly text: RegExp;
  readonly remedy?: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: 'a function that is missing',
    odd: { functions: { 'image-tag': null } },
    check: 'function',
    state: 'wrong',
    text: /^is missing$/,
    remedy: /^deploytime deploy; where that finds nothing to change it was deleted by hand/,
  },
  {
    what: 'a function that failed',
    odd: { functions: { 'ecr-image': { state: 'Failed', stateReason: 'The subnet is gone' } } },
    check: 'function',
    state: 'wrong',
    text: /^is Failed and can't run: The subnet is gone$/,
  },
  {
    what: 'a function whose update failed',
    odd: { functions: { undelivered: { lastUpdate: 'Failed', lastUpdateReason: 'KMS' } } },
    check: 'function',
    state: 'wrong',
    text: /^its last update failed, and what was there before runs: KMS$/,
  },
  {
    what: 'a function that nobody called for weeks',
    odd: { functions: { 'ecr-image': { state: 'Inactive' } } },
    check: 'function',
    state: 'note',
    text: /^is Inactive/,
  },
  {
    what: 'a function that is being made',
    odd: { functions: { 'ecr-image': { state: 'Pending', stateReason: 'Creating' } } },
    check: 'function',
    state: 'note',
    text: /^is Pending: Creating$/,
    remedy: /again in a minute/,
  },
  {
    what: 'a function that is being updated',
    odd: { functions: { 'ecr-image': { lastUpdate: 'InProgress' } } },
    check: 'function',
    state: 'note',
    text: /^is being updated$/,
  },
  {
    what: 'a function that may never run',
    odd: { reserved: { 'scaling-step': 0 } },
    check: 'function',
    state: 'wrong',
    text: /^its reserved concurrency is 0/,
    remedy: /^aws lambda delete-function-concurrency --function-name deploytime-scaling-step$/,
  },
  {
    what: 'versions that differ',
    odd: { functions: { 'image-tag': versioned('0.1.0') } },
    check: 'version',
    state: 'wrong',
    text: /^the functions have different versions: 0\.2\.0 \(deploytime-ecr-image, .*\); 0\.1\.0 \(deploytime-image-tag\)$/,
    remedy: /^deploytime deploy$/,
  },
  {
    what: 'a version that one function does not tell',
    odd: { functions: { undelivered: versioned(undefined) } },
    check: 'version',
    state: 'wrong',
    text: /; none \(deploytime-undelivered\)$/,
  },
  {
    what: 'a version that no function tells',
    odd: { everyFunction: versioned(undefined) },
    check: 'version',
    state: 'note',
    text: /^the functions tell no version/,
    remedy: /^deploytime deploy brings 0\.2\.0$/,
  },
  {
    what: 'a version that Lambda can not read',
    odd: { functions: { undelivered: { version: { isKnown: false, because: 'KMS denied' } } } },
    check: 'version',
    state: 'unknown',
    text: /^deploytime-undelivered: KMS denied$/,
  },
  {
    what: 'an older version',
    odd: { everyFunction: versioned('0.1.0') },
    check: 'version',
    state: 'note',
    text: /^0\.1\.0; this command's is 0\.2\.0$/,
    remedy: /^deploytime deploy brings 0\.2\.0$/,
  },
  {
    what: 'a newer version',
    odd: { everyFunction: versioned('0.3.0') },
    check: 'version',
    state: 'note',
    text: /^0\.3\.0; this command's is 0\.2\.0$/,
    remedy: /^npx deploytime@0\.3\.0$/,
  },
  {
    what: 'a provider without an on-failure destination',
    odd: { destinations: { 'ecr-image': null } },
    check: 'failure-destination',
    state: 'wrong',
    text: /^it has no on-failure destination: where it dies, a stack waits/,
    remedy:
      /^aws lambda put-function-event-invoke-config --function-name deploytime-ecr-image .*function:deploytime-undelivered"}}'$/,
  },
  {
    what: 'a provider with another on-failure destination',
    odd: { destinations: { 'image-tag': 'arn:aws:sns:eu-central-1:111122223333:lost' } },
    check: 'failure-destination',
    state: 'wrong',
    text: /^its on-failure destination is arn:aws:sns:/,
  },
  {
    what: 'a service token that is missing',
    odd: { tokens: { '/deploytime/service-token/image-tag': null } },
    check: 'service-token',
    state: 'wrong',
    text: /^the parameter is missing$/,
    remedy: /^aws ssm put-parameter --name \/deploytime\/service-token\/image-tag --type String --value arn:/,
  },
  {
    what: 'a service token that leads elsewhere',
    odd: { tokens: { '/deploytime/service-token/image-tag': 'arn:aws:lambda:x' } },
    check: 'service-token',
    state: 'wrong',
    text: /^holds arn:aws:lambda:x, which is not arn:aws:lambda:eu-central-1:111122223333:function:deploytime-image-tag$/,
  },
  {
    what: 'a dead letter',
    odd: { messages: 1 },
    check: 'dead-letters',
    state: 'wrong',
    text: /^1 start of scheduled scaling could not be delivered$/,
    remedy: /docs\/operations\.md/,
  },
  {
    what: 'a queue that is gone',
    odd: { messages: null },
    check: 'dead-letters',
    state: 'wrong',
    text: /missing/,
  },
  {
    what: 'a sweep that is off',
    odd: { rule: 'DISABLED' },
    check: 'sweep',
    state: 'wrong',
    text: /^is DISABLED/,
    remedy: /^aws events enable-rule --name deploytime-scaling-sweep$/,
  },
  { what: 'a sweep that is gone', odd: { rule: null }, check: 'sweep', state: 'wrong', text: /missing/ },
  {
    what: 'mounting that is off',
    odd: { mounting: 'DISABLED' },
    check: 'blob-mounting',
    state: 'note',
    text: /^off: /,
    remedy: /^aws ecr put-account-setting --name BLOB_MOUNTING --value ENABLED$/,
  },
];

describe('is seen, and told with what to do:', () => {
  for (const { what, odd, check, state, text, remedy } of CASES) {
    test(what, async () => {
      const examination = await examineWorld(odd);
      const [found, ...others] = examination.checks.filter((one) => one.state !== 'ok');
      assert.deepEqual(others, [], 'nothing else is told');
      assert.deepEqual([found?.check, found?.state], [check, state]);
      assert.match(String(found?.text), text);
      if (remedy !== undefined) assert.match(String(found?.remedy), remedy);
      const verdict = { wrong: 'unhealthy', unknown: 'undetermined', note: 'healthy', ok: 'healthy' }[state];
      assert.equal(verdictOf(examination.checks), verdict);
    });
  }
});

describe('what may not be looked at', () => {
  const calls = [
    ['find', 'function', 6],
    ['findReservedConcurrency', 'function', 6],
    ['findFailureDestination', 'failure-destination', 4],
    ['parameters', 'service-token', 4],
    ['findMessageCount', 'dead-letters', 1],
    ['findRuleState', 'sweep', 1],
    ['blobMounting', 'blob-mounting', 1],
    ['liveStacks', 'stacks', 1],
  ] as const;
  for (const [call, check, count] of calls) {
    test(`by ${call} is not known, and never taken for fine`, async () => {
      const examination = await examineWorld({ denied: [call], stacks: {} });
      const unknown = checksNamed(examination, check).filter(({ state }) => state === 'unknown');
      assert.equal(unknown.length, count);
      assert.ok(unknown.every(({ text }) => /is not allowed|is needed/.test(text)));
      assert.equal(verdictOf(examination.checks), 'undetermined');
    });
  }

  test('does not hide what is wrong', async () => {
    const { checks } = await examineWorld({ denied: ['findMessageCount'], rule: 'DISABLED' });
    assert.equal(verdictOf(checks), 'unhealthy');
  });
});

describe('a service that is not here', () => {
  test('is one thing that is wrong, and what it would depend on is not looked at', async () => {
    const { checks } = await examineWorld({ everyFunction: null, denied: ['parameters'] });
    assert.deepEqual(checks, [
      {
        check: 'service',
        subject: 'deploytime',
        state: 'wrong',
        text: 'the service is not deployed in account 111122223333, eu-central-1: none of its 6 functions is there',
        remedy: 'deploytime deploy',
      },
    ]);
  });

  test('is told with its qualifier, and stacks that would use it are told all the same', async () => {
    const { checks, uses } = await examineWorld({
      qualifier: 'second',
      everyFunction: null,
      stacks: { shop: ['Custom::EcrImage'] },
    });
    assert.equal(checks[0]?.remedy, 'deploytime deploy --qualifier second');
    assert.equal(uses?.length, 1);
  });
});

describe('the stacks that use it', () => {
  const stacks = {
    shop: ['AWS::S3::Bucket', 'Custom::ImageTag', 'Custom::EcrImage'],
    empty: [],
    batch: ['Custom::ScheduledScaling'],
    other: ['Custom::EcrImages', 'AWS::CloudFormation::CustomResource'],
  };

  test('are found by the types of their resources', async () => {
    const examination = await examineWorld({ stacks });
    assert.deepEqual(
      examination.uses?.map(({ stack, logicalId, type }) => [stack, logicalId, type]),
      [
        ['batch', 'R0', 'Custom::ScheduledScaling'],
        ['shop', 'R1', 'Custom::ImageTag'],
        ['shop', 'R2', 'Custom::EcrImage'],
      ],
    );
    assert.equal(checksNamed(examination, 'stacks')[0]?.text, '2 of 4 stacks use it, with 3 resources');
  });

  test('are not all known where one could not be looked into', async () => {
    const examination = await examineWorld({ stacks, denied: ['resourcesOf batch'] });
    const [check] = checksNamed(examination, 'stacks');
    assert.equal(check?.state, 'unknown');
    assert.equal(
      check?.text,
      '1 of 4 stacks uses it, with 2 resources; 1 could not be looked into, batch among them: resourcesOf batch is not allowed',
    );
  });

  test('are looked into a few at once', async () => {
    let most = 0;
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`s${index}`, []]));
    await examineWorld({
      stacks: many,
      onLook: (running) => {
        most = Math.max(most, running);
      },
    });
    assert.equal(most, 4);
  });

  test('are not looked for where that is not asked', async () => {
    const { checks, uses } = await examineWorld();
    assert.ok(!checks.some(({ check }) => check === 'stacks'));
    assert.equal(uses, undefined);
  });
});

describe('what is printed', () => {
  test('has a sign and a word for each state, the remedy under it, and the stacks', async () => {
    const examination = await examineWorld({
      rule: 'DISABLED',
      mounting: 'DISABLED',
      denied: ['findMessageCount'],
      stacks: { shop: ['Custom::ImageTag'] },
    });
    const text = doctorLines(examination, PLACE, plain).join('\n');
    assert.match(text, /^deploytime in account 111122223333, eu-central-1$/m);
    assert.match(text, /^✓ ok {7}function +deploytime-ecr-image +Active, nodejs24\.x, arm64$/m);
    assert.match(
      text,
      /^✗ wrong {4}sweep +deploytime-scaling-sweep +is DISABLED.*\n {11}→ aws events enable-rule/m,
    );
    assert.match(text, /^! note {5}blob-mounting /m);
    assert.match(text, /^\? unknown {2}dead-letters .*findMessageCount is not allowed$/m);
    assert.match(text, /^STACK {2}RESOURCE {2}TYPE +STATUS\nshop +R0 +Custom::ImageTag +CREATE_COMPLETE$/m);
    assert.match(text, /\nSomething is wrong with the service$/);
  });

  test('is marked by colours besides', async () => {
    const examination = await examineWorld({ rule: 'DISABLED' });
    const text = doctorLines(examination, PLACE, (colour, part) => `<${colour}>${part}</>`).join('\n');
    assert.match(text, /^<green>✓ ok {5}<\/>/m);
    assert.match(text, /^<red>✗ wrong {2}<\/>/m);
  });

  test('as JSON is the same', async () => {
    const examination = await examineWorld({ rule: 'DISABLED' });
    const { verdict, version, uses, checks } = doctorDocument(examination, PLACE);
    assert.deepEqual(
      [verdict, version, uses],
      ['unhealthy', { deployed: ['0.2.0'], command: '0.2.0' }, null],
    );
    assert.deepEqual(
      checks.filter(({ state }) => state !== 'ok'),
      [
        {
          check: 'sweep',
          subject: 'deploytime-scaling-sweep',
          state: 'wrong',
          text: 'is DISABLED: scheduled scaling that was missed is not noticed',
          remedy: 'aws events enable-rule --name deploytime-scaling-sweep',
        },
      ],
    );
  });
});
