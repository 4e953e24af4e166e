import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CliError } from '../../../cli/cli-error.ts';
import { AGREED, type Confirmation } from '../../../cli/confirmation.ts';
import type { StackEvent } from '../../../cli/deploy/stack-event.ts';
import { type RemovalOutcome, type RemovalProposal, removeService } from '../../../cli/remove/removal.ts';
import { removalDocument, removalLines, removalProposalLines } from '../../../cli/remove/removal-report.ts';
import { smallServiceTemplate } from '../service-template.ts';

const PLACE = { partition: 'aws', accountId: '111122223333', region: 'eu-central-1' };
const TOKEN = 'arn:aws:lambda:eu-central-1:111122223333:function:deploytime-ecr-image';

interface Givens {
  /** Undefined: there is no stack. */
  readonly status?: string;
  readonly qualifier?: string;
  readonly template?: string;
  /** The templates of other stacks, each with one resource of the service's. */
  readonly users?: Readonly<Record<string, string>>;
  /** The templates of other stacks, each with one custom resource whose type is none of its own. */
  readonly untold?: Readonly<Record<string, string>>;
  readonly denied?: 'liveStacks' | 'resourcesOf';
  readonly confirmation?: Confirmation;
  /** How the deletion ends. Default: the stack is gone. */
  readonly end?: { readonly status: string; readonly reason: string };
  readonly isInterrupted?: boolean;
  readonly dryRun?: boolean;
}

/** Removes the service from an account without AWS. */
async function remove(givens: Givens) {
  const { users = {}, untold = {}, end, denied } = givens;
  const removed: string[] = [];
  const proposals: RemovalProposal[] = [];
  const interruption = new AbortController();
  let status = givens.status;
  const event = (id: string, logicalId: string, of: string, reason = ''): StackEvent => ({
    id,
    at: 0,
    logicalId,
    type: 'AWS::A::B',
    status: of,
    reason,
    isOfStack: logicalId === 'deploytime',
  });
  const deny = (call: string) => {
    if (denied === call) throw new CliError('AccessDenied', `${call} is not allowed`);
  };
  const removal = removeService(
    { stackName: 'deploytime', dryRun: givens.dryRun ?? false, token: 't' },
    {
      stacks: {
        find: async () => {
          const parameters = new Map(Object.entries({ Qualifier: givens.qualifier ?? '' }));
          return status === undefined ? undefined : { name: 'deploytime', id: 'own', status, parameters };
        },
        getTemplate: async (id) => users[id] ?? untold[id] ?? givens.template ?? smallServiceTemplate(),
        remove: async (name, token) => {
          removed.push(`${name} ${token}`);
          if (givens.isInterrupted) interruption.abort(new CliError('Interrupted', 'Interrupted'));
          interruption.signal.throwIfAborted();
          status = end?.status;
        },
        newEvents: async (_, known) => {
          const events = [
            event('1', 'deploytime', 'CREATE_COMPLETE'),
            ...(removed.length === 0
              ? []
              : [
                  event('2', 'Role', end === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED', end?.reason),
                  event('3', 'deploytime', end?.status ?? 'DELETE_COMPLETE'),
                ]),
          ];
          return events.filter(({ id }) => !known.has(id));
        },
      },
      resources: {
        liveStacks: async () => {
          deny('liveStacks');
          return ['own', ...Object.keys({ ...users, ...untold })].map((id) => ({
            name: id,
            id,
            status: 'CREATE_COMPLETE',
          }));
        },
        resourcesOf: async (id) => {
          deny('resourcesOf');
          const other = id in untold ? 'AWS::CloudFormation::CustomResource' : 'Custom::EcrImage';
          return [{ logicalId: 'R', type: id === 'own' ? 'AWS::IAM::Role' : other }];
        },
      },
      place: PLACE,
      confirmation: givens.confirmation ?? AGREED,
      timing: { now: () => 0, sleep: async () => {} },
      signal: interruption.signal,
      onProposal: (proposal) => void proposals.push(proposal),
      onProgress: () => {},
    },
  );
  const outcome: RemovalOutcome | CliError = await removal.catch((error: CliError) => error);
  return { outcome, removed, proposals };
}

async function refused(givens: Givens): Promise<CliError> {
  const { outcome, removed } = await remove(givens);
  assert.ok(outcome instanceof CliError);
  assert.deepEqual(removed, []);
  return outcome;
}

describe('the service is removed', () => {
  test('where no stack uses it, by one token for each try', async () => {
    const { outcome, removed, proposals } = await remove({ status: 'UPDATE_COMPLETE' });
    assert.deepEqual(removed, ['deploytime remove-t']);
    assert.deepEqual(proposals, [{ stackName: 'deploytime', place: PLACE, qualifier: '', resources: 1 }]);
    assert.deepEqual(outcome, { proposal: proposals[0], result: 'removed' });
  });

  test('where stacks use another copy alone', async () => {
    const { outcome } = await remove({
      status: 'UPDATE_COMPLETE',
      qualifier: 'blue',
      users: { shop: TOKEN },
    });
    assert.equal('result' in outcome && outcome.result, 'removed');
  });

  test('where stacks have custom resources of others', async () => {
    const untold = { shop: TOKEN.replace('deploytime', 'mine'), batch: '!Ref Token' };
    const { outcome } = await remove({ status: 'UPDATE_COMPLETE', untold });
    assert.equal('result' in outcome && outcome.result, 'removed');
  });

  test('not where it is not there, which is no failure', async () => {
    const { outcome, removed } = await remove({});
    assert.deepEqual(outcome, { proposal: undefined, result: 'none' });
    assert.deepEqual(removed, []);
  });

  test('not in a dry run', async () => {
    const { outcome, removed } = await remove({ status: 'UPDATE_COMPLETE', dryRun: true });
    assert.equal('result' in outcome && outcome.result, 'shown');
    assert.deepEqual(removed, []);
  });
});

describe('the service stays', () => {
  test('while stacks use it, which are named', async () => {
    const error = await refused({ status: 'UPDATE_COMPLETE', users: { shop: TOKEN, batch: '!Ref Token' } });
    assert.deepEqual(
      [error.code, error.message],
      [
        'InUse',
        "2 stacks use the service, and could be neither updated nor deleted without it: batch, shop. Take the service's resources out of them first; deploytime doctor names those of the service's types",
      ],
    );
  });

  test('while one stack uses it', async () => {
    const { message } = await refused({ status: 'UPDATE_COMPLETE', users: { shop: TOKEN } });
    assert.match(message, /^A stack uses the service, .*: shop\. /);
  });

  test('while a stack uses it by a type that says nothing, and names it', async () => {
    const { code, message } = await refused({ status: 'UPDATE_COMPLETE', untold: { shop: TOKEN } });
    assert.equal(code, 'InUse');
    assert.match(message, /^A stack uses the service, .*: shop\. /);
  });

  test('while many stacks use it, of which a few are named', async () => {
    const users = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`s${index}`, TOKEN]));
    const { message } = await refused({ status: 'UPDATE_COMPLETE', users });
    assert.match(message, /^12 stacks use the service, .*: s0, s1, .*, s7 and 2 more\. /);
  });

  for (const denied of ['liveStacks', 'resourcesOf'] as const) {
    test(`while it isn't known who uses it, without ${denied}`, async () => {
      const error = await refused({ status: 'UPDATE_COMPLETE', denied, users: { shop: TOKEN } });
      assert.deepEqual(
        [error.code, error.message],
        [
          'Undetermined',
          `Whether a stack uses the service can't be found out, and it is not removed without (${denied} is not allowed)`,
        ],
      );
    });
  }

  test('while something is going on with its stack', async () => {
    const error = await refused({ status: 'UPDATE_IN_PROGRESS' });
    assert.equal(error.code, 'UnusableStack');
  });

  test('where it was never deployed, with what takes the empty stack away', async () => {
    const { code, message } = await refused({ status: 'REVIEW_IN_PROGRESS' });
    assert.equal(code, 'UnusableStack');
    assert.match(
      message,
      /nothing was deployed\. aws cloudformation delete-stack --stack-name deploytime takes/,
    );
  });

  test("where the stack is somebody else's", async () => {
    const error = await refused({ status: 'UPDATE_COMPLETE', template: '{"Resources":{}}' });
    assert.equal(error.code, 'UnusableStack');
    assert.match(error.message, /none of this service/);
  });

  test('where an app has it among its own, which would go with it', async () => {
    const template = smallServiceTemplate().replaceAll('"EcrImage"', '"PlatformEcrImage"');
    const { code, message } = await refused({ status: 'UPDATE_COMPLETE', template });
    assert.equal(code, 'UnusableStack');
    assert.match(message, /is an app's own, which has the service in a construct of another name/);
  });

  test('where a person says no', async () => {
    const confirmation: Confirmation = {
      confirm: async ({ question }) => {
        throw new CliError('NotConfirmed', question);
      },
    };
    const { code, message } = await refused({ status: 'UPDATE_COMPLETE', confirmation });
    assert.deepEqual([code, message], ['NotConfirmed', 'Remove the service with its stack deploytime']);
  });
});

describe('a removal that is begun', () => {
  test('and fails says what failed first', async () => {
    const end = { status: 'DELETE_FAILED', reason: 'Role is in use.' };
    const { outcome } = await remove({ status: 'UPDATE_COMPLETE', end });
    assert.ok(outcome instanceof CliError);
    assert.deepEqual(
      [outcome.code, outcome.message],
      [
        'DeploymentFailed',
        'The stack deploytime is DELETE_FAILED: Role (AWS::A::B) failed first: Role is in use. Once that is out of the way: deploytime remove',
      ],
    );
  });

  test('and interrupted goes on, which is said', async () => {
    const { outcome } = await remove({ status: 'UPDATE_COMPLETE', isInterrupted: true });
    assert.ok(outcome instanceof CliError);
    assert.match(
      outcome.message,
      /^Interrupted while CloudFormation deletes the stack deploytime, which goes on without this command\. Watch it: /,
    );
  });
});

test('what is printed names the table that stays', async () => {
  const { outcome, proposals } = await remove({ status: 'UPDATE_COMPLETE', qualifier: 'blue' });
  assert.ok(!(outcome instanceof CliError));
  assert.deepEqual(proposals.flatMap(removalProposalLines), [
    'deploytime is removed from account 111122223333, eu-central-1: 1 resource',
    'The table deploytime-blue-scaling is kept, with what open windows have to give back',
  ]);
  assert.deepEqual(removalLines(outcome, 'deploytime'), [
    'deploytime is removed',
    'deploytime deploy takes the table back; for good it goes with aws dynamodb delete-table --table-name deploytime-blue-scaling',
  ]);
  assert.deepEqual(removalDocument(outcome, { ...PLACE, stackName: 'deploytime' }), {
    stack: 'deploytime',
    account: '111122223333',
    region: 'eu-central-1',
    removed: true,
    resources: 1,
    keptTable: 'deploytime-blue-scaling',
  });
});
