import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as autoScaling from '@aws-sdk/client-application-auto-scaling';
import * as ecs from '@aws-sdk/client-ecs';
import type { EcsChange } from '../../../../handlers/scaling/decision/change.ts';
import type { Observation, Refusal } from '../../../../handlers/scaling/decision/scaling-target.ts';
import { AUTO_SCALING_REFUSALS, ECS_REFUSALS } from '../../../../handlers/scaling/targets/ecs-refusals.ts';
import { scalingTargets } from '../../../../handlers/scaling/targets/scaling-targets.ts';
import { modelledErrors } from './modelled-errors.ts';
import { failing, startScriptedAws } from './scripted-aws.ts';

const NEVER = new AbortController().signal;
const BATCH: Observation = {
  target: { kind: 'ecs', cluster: 'prod', service: 'batch' },
  arn: 'arn:aws:ecs:us-east-1:111122223333:service/prod/batch',
  status: 'ACTIVE',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  deployments: [],
};

interface Service {
  readonly name: string;
  readonly client: string;
  readonly operation: string;
  readonly change: EcsChange;
  readonly words: string;
  readonly sdk: object;
  readonly table: Readonly<Record<string, Refusal['kind']>>;
  readonly refusals: readonly [code: string, status: number, kind: Refusal['kind']][];
}

const SERVICES: readonly Service[] = [
  {
    name: 'ECS',
    client: 'client-ecs',
    operation: 'UpdateService',
    change: { kind: 'set-desired-count', desiredCount: 12 },
    words: 'set the desired count of the service batch of the cluster prod to 12',
    sdk: ecs,
    table: ECS_REFUSALS,
    refusals: [
      ['ClusterNotFoundException', 400, 'not-found'],
      ['ServiceNotActiveException', 400, 'not-found'],
      ['ServiceNotFoundException', 400, 'not-found'],
      ['AccessDeniedException', 400, 'access'],
      ['ClientException', 400, 'invalid'],
      ['InvalidParameterException', 400, 'invalid'],
      ['NamespaceNotFoundException', 400, 'invalid'],
      ['PlatformTaskDefinitionIncompatibilityException', 400, 'invalid'],
      ['PlatformUnknownException', 400, 'invalid'],
      ['UnsupportedFeatureException', 400, 'invalid'],
      ['ServerException', 500, 'unknown'],
    ],
  },
  {
    name: 'Application Auto Scaling',
    client: 'client-application-auto-scaling',
    operation: 'RegisterScalableTarget',
    change: { kind: 'set-bounds', minCapacity: 4, maxCapacity: 12 },
    words: 'set the bounds of the service batch of the cluster prod to 4 and 12',
    sdk: autoScaling,
    table: AUTO_SCALING_REFUSALS,
    refusals: [
      ['ConcurrentUpdateException', 500, 'state'],
      ['FailedResourceAccessException', 400, 'access'],
      ['InternalServiceException', 500, 'unknown'],
      ['LimitExceededException', 400, 'quota'],
      ['ObjectNotFoundException', 400, 'not-found'],
      ['ValidationException', 400, 'invalid'],
    ],
  },
];

const OF_ANY_SERVICE: Service['refusals'] = [
  ['ThrottlingException', 400, 'throttling'],
  ['TooManyRequestsException', 429, 'throttling'],
  ['AccessDeniedException', 400, 'access'],
  ['UnrecognizedClientException', 400, 'access'],
  ['ExpiredTokenException', 400, 'access'],
  ['SomethingNewException', 400, 'invalid'],
  ['SomethingNewException', 500, 'unknown'],
  ['ServiceUnavailableException', 503, 'unknown'],
];

for (const { name, client, operation, change, words, sdk, table, refusals } of SERVICES) {
  describe(`what ${name} says no with`, () => {
    for (const [code, status, kind] of [...refusals, ...OF_ANY_SERVICE]) {
      test(`${code} (${status}) is of the kind ${kind}, and asked once`, async (context) => {
        const aws = await startScriptedAws(context);
        aws.script(operation, failing(code, status, 'because'));
        const target = scalingTargets({ clients: aws.clients, allowedServices: /^ecs\/prod\// });
        const answer = await target.apply(BATCH, change, NEVER);
        assert.ok(answer !== 'accepted');
        assert.equal(answer.kind, kind);
        const verb = kind === 'unknown' ? 'failed' : 'refused';
        assert.match(answer.message, new RegExp(`^${name} ${verb} to ${words}: ${code}\\b.*\\(because\\)`));
        assert.deepEqual(
          aws.calls.map((call) => call.action),
          [operation],
        );
      });
    }

    test('has a kind for every error that the call is modelled with', async () => {
      const names = await modelledErrors(client, operation);
      assert.ok(names.length > 1);
      assert.deepEqual(
        names.filter((modelled) => !Object.hasOwn(table, modelled)),
        [],
      );
    });

    test('is known by names that the SDK has, each of them tried here', () => {
      for (const known of Object.keys(table)) {
        assert.ok(known in sdk, `${known} is no error of the SDK`);
        assert.ok(
          refusals.some(([code]) => code === known),
          `${known} is not tried`,
        );
      }
    });
  });
}
