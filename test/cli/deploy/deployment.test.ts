import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { smallServiceTemplate } from '../service-template.ts';
import { ADDED, DeployTestWorld, person, STACK_ID } from './deploy-world.ts';

const CDK_BUCKET = 'cdk-hnb659fds-assets-111122223333-eu-central-1';
const OWN_BUCKET = 'deploytime-templates-111122223333-eu-central-1';
const CREATED = [
  { status: 'CREATE_IN_PROGRESS', events: ['deploytime CREATE_IN_PROGRESS User Initiated'] },
  { status: 'CREATE_COMPLETE', events: ['Role CREATE_COMPLETE', 'deploytime CREATE_COMPLETE'] },
];
const NO_CHANGES = {
  status: 'FAILED',
  reason: "The submitted information didn't contain changes.",
  changes: [],
};

describe('a deployment', () => {
  test('creates the stack where there is none', async () => {
    const world = new DeployTestWorld({ execution: CREATED });
    const outcome = await world.deploy();
    assert.equal(outcome.result, 'deployed');
    assert.equal(outcome.proposal.action, 'create');
    assert.deepEqual(outcome.proposal.version, { before: undefined, after: '0.2.0' });
    assert.deepEqual(world.log, [
      'buckets.put',
      CDK_BUCKET,
      'changeSets.create',
      'changeSets.execute',
      'with token t',
    ]);
    assert.equal(world.requests[0]?.kind, 'CREATE');
    assert.match(
      String(world.requests[0]?.templateUrl),
      /\/deploytime\/0\.2\.0\/[0-9a-f]{64}\.template\.json$/,
    );
  });

  test('updates the stack that is there, and keeps its values', async () => {
    const world = new DeployTestWorld({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      parameters: { Qualifier: 'second', LogRetention: '30' },
    });
    const outcome = await world.deploy();
    assert.deepEqual(outcome.proposal.version, { before: '0.1.0', after: '0.2.0' });
    assert.equal(outcome.qualifier, 'second');
    assert.equal(outcome.proposal.losesProperties, false);
    assert.equal(world.requests[0]?.kind, 'UPDATE');
    assert.deepEqual(world.requests[0]?.parameters, [
      { name: 'Qualifier', keeps: true },
      { name: 'LogRetention', keeps: true },
    ]);
  });

  test('knows that a stack without parameters had properties that nobody can tell', async () => {
    const { proposal } = await new DeployTestWorld({ status: 'CREATE_COMPLETE' }).deploy();
    assert.equal(proposal.losesProperties, true);
    const created = await new DeployTestWorld({ execution: CREATED }).deploy();
    assert.equal(created.proposal.losesProperties, false);
  });

  test('waits for a change set, and for events that come after its end', async () => {
    const world = new DeployTestWorld({
      status: 'CREATE_COMPLETE',
      changeSet: [
        { status: 'CREATE_PENDING', changes: [] },
        { status: 'CREATE_IN_PROGRESS', changes: [] },
        {},
      ],
      // The status of the operation before, until the new one has begun.
      execution: [
        { status: 'CREATE_COMPLETE' },
        { status: 'CREATE_COMPLETE', events: ['deploytime UPDATE_IN_PROGRESS'] },
        { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', events: ['Role UPDATE_COMPLETE'] },
        { status: 'UPDATE_COMPLETE' },
        { status: 'UPDATE_COMPLETE', events: ['deploytime UPDATE_COMPLETE'] },
      ],
    });
    assert.equal((await world.deploy()).result, 'deployed');
    assert.ok(world.progress.includes('UPDATE_COMPLETE AWS::A::B Role (1 of 1)'), world.progress.join('\n'));
    assert.ok(!world.progress.some((text) => text.includes('of a time before')));
  });

  test('that changes nothing is no failure, and leaves no change set', async () => {
    const world = new DeployTestWorld({ status: 'UPDATE_COMPLETE', changeSet: [NO_CHANGES] });
    assert.equal((await world.deploy()).result, 'none');
    assert.deepEqual(world.log.slice(-2), ['changeSets.create', 'changeSets.remove']);
    assert.deepEqual(world.proposals, []);
  });

  test('that is a dry run leaves neither a change set nor the empty stack that came with it', async () => {
    const world = new DeployTestWorld();
    const outcome = await world.deploy({ dryRun: true });
    assert.equal(outcome.result, 'shown');
    assert.deepEqual(world.proposals[0]?.changes, [ADDED]);
    assert.deepEqual(world.log.slice(-3), ['changeSets.remove', 'stacks.remove', 'with token withdraw-2']);
  });

  test('that is a dry run leaves a stack that was under review before', async () => {
    const world = new DeployTestWorld({ status: 'REVIEW_IN_PROGRESS' });
    await world.deploy({ dryRun: true });
    assert.deepEqual(world.log.slice(-2), ['changeSets.create', 'changeSets.remove']);
  });
});

/** The functions of a construct that is not the stack's only one. */
function withinAnApp(): string {
  const { Resources } = JSON.parse(smallServiceTemplate()) as { Resources: Record<string, unknown> };
  return JSON.stringify({
    Resources: Object.fromEntries(Object.entries(Resources).map(([id, one]) => [`Platform${id}`, one])),
  });
}

describe('a deployment is refused', () => {
  const cases: readonly (readonly [
    what: string,
    givens: ConstructorParameters<typeof DeployTestWorld>[0],
    request: Parameters<DeployTestWorld['deploy']>[0],
    code: string,
    sentence: RegExp,
  ])[] = [
    [
      'while something is going on',
      { status: 'UPDATE_IN_PROGRESS' },
      {},
      'UnusableStack',
      /^The stack deploytime is UPDATE_IN_PROGRESS: something is going on/,
    ],
    [
      'over a stack of somebody else',
      { status: 'CREATE_COMPLETE', present: '{"Resources":{"Shop":{"Type":"AWS::S3::Bucket"}}}' },
      {},
      'UnusableStack',
      /^The stack deploytime is none of this service/,
    ],
    [
      'over what failed of somebody else',
      { status: 'ROLLBACK_COMPLETE', present: '{"Resources":{"Shop":{"Type":"AWS::S3::Bucket"}}}' },
      {},
      'UnusableStack',
      /^The stack deploytime is none of this service/,
    ],
    [
      "over an app's stack, which has the service among its own",
      { status: 'CREATE_COMPLETE', present: withinAnApp() },
      {},
      'UnusableStack',
      /^The stack deploytime is an app's own, .* \(PlatformEcrImage\): the app deploys it/,
    ],
    [
      'over a newer version',
      { status: 'CREATE_COMPLETE', present: smallServiceTemplate({ version: '0.3.0' }) },
      {},
      'OlderVersion',
      /^Version 0\.3\.0 is deployed/,
    ],
    [
      'with another qualifier',
      { status: 'CREATE_COMPLETE', parameters: { Qualifier: '' } },
      { given: new Map([['Qualifier', 'second']]) },
      'Usage',
      /has the qualifier "", and can't get "second": every service token would be another/,
    ],
    [
      "with another qualifier than the one in the CDK's names",
      {
        status: 'CREATE_COMPLETE',
        present: JSON.stringify({
          Resources: {
            ImageTagFunction: {
              Type: 'AWS::Lambda::Function',
              Properties: {
                FunctionName: 'deploytime-blue-image-tag',
                Environment: { Variables: { DEPLOYTIME_VERSION: '0.1.0' } },
              },
            },
          },
        }),
      },
      {},
      'Usage',
      /has the qualifier "blue", and can't get "": .* --qualifier "blue" keeps it;/,
    ],
    [
      'into a bucket that is not there',
      { buckets: {} },
      { bucket: 'mine' },
      'Usage',
      /^--bucket mine can't be used: there is no such bucket$/,
    ],
    [
      "into somebody else's bucket",
      { buckets: { mine: 'refused' } },
      { bucket: 'mine' },
      'Usage',
      /it is not of the account 111122223333, or s3:ListBucket on it is not allowed$/,
    ],
    [
      'into a bucket of another Region',
      { buckets: { mine: 'elsewhere' } },
      { bucket: 'mine' },
      'Usage',
      /it is not in eu-central-1, where the stack is$/,
    ],
    [
      'where its own bucket is somebody else’s',
      { buckets: { [OWN_BUCKET]: 'refused' } },
      {},
      'Usage',
      /^The bucket deploytime-templates-.* can't be used: .*\. --bucket names another$/,
    ],
    [
      'over a failed stack, in a dry run',
      { status: 'ROLLBACK_COMPLETE' },
      { dryRun: true },
      'UnusableStack',
      /has to be deleted first, which a dry run does not do$/,
    ],
  ];
  for (const [what, givens, request, code, message] of cases) {
    test(`${what}, and nothing is left behind`, async () => {
      const world = new DeployTestWorld(givens);
      await assert.rejects(world.deploy(request), { code, message });
      assert.deepEqual(world.log, []);
    });
  }

  test('unless going back is meant', async () => {
    const present = smallServiceTemplate({ version: '0.3.0' });
    const world = new DeployTestWorld({ status: 'CREATE_COMPLETE', present });
    const { proposal } = await world.deploy({ allowDowngrade: true });
    assert.deepEqual(proposal.version, { before: '0.3.0', after: '0.2.0' });
  });

  test('with the reason that CloudFormation gives for its change set, which goes again', async () => {
    const changeSet = [{ status: 'FAILED', reason: 'Transform AWS::X failed', changes: [] }];
    const world = new DeployTestWorld({ status: 'CREATE_COMPLETE', changeSet });
    await assert.rejects(world.deploy(), {
      code: 'UnusableStack',
      message: 'CloudFormation made no change set of deploytime: Transform AWS::X failed',
    });
    assert.equal(world.log.at(-1), 'changeSets.remove');
  });

  test('where a change set takes too long', async () => {
    const changeSet = [{ status: 'CREATE_IN_PROGRESS', changes: [] }];
    const world = new DeployTestWorld({ changeSet });
    await assert.rejects(world.deploy(), {
      code: 'Unreachable',
      message: /still CREATE_IN_PROGRESS after 10 minutes/,
    });
    assert.deepEqual(world.log.slice(-3), ['changeSets.remove', 'stacks.remove', 'with token withdraw-2']);
  });
});

describe('a person', () => {
  test('who says no to the changes is left with what was there', async () => {
    const asked: string[] = [];
    const world = new DeployTestWorld({
      status: 'CREATE_COMPLETE',
      confirmation: person(() => false, asked),
    });
    await assert.rejects(world.deploy(), { code: 'NotConfirmed' });
    assert.deepEqual(asked, ['Deploy these changes to deploytime']);
    assert.deepEqual(world.log.slice(-2), ['changeSets.create', 'changeSets.remove']);
  });

  test('is asked before a bucket is made, and the second time it is there', async () => {
    const asked: string[] = [];
    const confirmation = person(() => true, asked);
    await new DeployTestWorld({ buckets: {}, confirmation, execution: CREATED }).deploy();
    assert.match(
      String(asked[0]),
      new RegExp(`^Create the bucket ${OWN_BUCKET} for the template \\(private`),
    );
    const later = new DeployTestWorld({
      buckets: { [OWN_BUCKET]: 'here' },
      confirmation,
      execution: CREATED,
    });
    await later.deploy();
    assert.ok(!later.log.includes('buckets.create'));
    assert.deepEqual(asked.slice(1), [
      'Deploy these changes to deploytime',
      'Deploy these changes to deploytime',
    ]);
  });

  test('who says no to the bucket gets none', async () => {
    const world = new DeployTestWorld({ buckets: {}, confirmation: person(() => false) });
    await assert.rejects(world.deploy(), { code: 'NotConfirmed' });
    assert.deepEqual(world.log, []);
  });

  test("is not asked where the CDK's bucket may not be used but this command's own is there", async () => {
    const buckets = { [CDK_BUCKET]: 'refused', [OWN_BUCKET]: 'here' } as const;
    const world = new DeployTestWorld({ buckets, execution: CREATED });
    assert.equal((await world.deploy()).bucket, OWN_BUCKET);
  });
});

describe('a stack whose creation failed', () => {
  test('is deleted and created where a person agrees', async () => {
    const asked: string[] = [];
    const confirmation = person(() => true, asked);
    const world = new DeployTestWorld({ status: 'ROLLBACK_COMPLETE', confirmation, execution: CREATED });
    assert.equal((await world.deploy()).proposal.action, 'create');
    assert.deepEqual(asked, [
      'Delete what is left of the stack deploytime',
      'Deploy these changes to deploytime',
    ]);
    assert.deepEqual(world.log.slice(0, 2), ['stacks.remove', 'with token delete-t']);
    assert.equal(world.requests[0]?.kind, 'CREATE');
  });

  test('stays where the person does not', async () => {
    const confirmation = person(() => false);
    const world = new DeployTestWorld({ status: 'ROLLBACK_COMPLETE', confirmation });
    await assert.rejects(world.deploy(), { code: 'NotConfirmed' });
    assert.deepEqual(world.log, []);
  });
});

test('a deployment names its stack by its id, for the name may be of another one later', async () => {
  const { stackId } = await new DeployTestWorld({ execution: CREATED }).deploy();
  assert.equal(stackId, STACK_ID);
});
