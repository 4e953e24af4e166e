import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { apiCallsOf } from './api-calls.ts';
import { statementsOf } from './statements.ts';

interface Calls {
  readonly role: string;
  readonly entry: string;
  /** Calls in modules that it imports for something else. */
  readonly neverMade?: readonly string[];
  /** What it may do, or Lambda with its role, without a call of an SDK. */
  readonly otherwise: readonly string[];
}

/** Its log, its traces, and the destination of what it could not answer: Lambda sees to those. */
const OF_LAMBDA = [
  'lambda:InvokeFunction',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
/** IAM asks for the former where the latter is called. */
const ACTION_OF_CALL: Readonly<Record<string, string>> = {
  'lambda:GetLayerVersionByArn': 'lambda:GetLayerVersion',
};

const FUNCTIONS: readonly Calls[] = [
  {
    role: 'EcrImageRole',
    entry: 'ecr-image',
    otherwise: [
      ...OF_LAMBDA,
      // The registry's own protocol, for which ECR asks IAM.
      'ecr:BatchCheckLayerAvailability',
      'ecr:CompleteLayerUpload',
      'ecr:GetDownloadUrlForLayer',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
      // Secrets Manager, with the caller's permission.
      'kms:Decrypt',
    ],
  },
  {
    role: 'ImageTagRole',
    entry: 'image-tag',
    // Another type's half of the store.
    neverMade: ['ecr:BatchDeleteImage', 'ecr:DescribeImages'],
    otherwise: OF_LAMBDA,
  },
  { role: 'LayerFingerprintRole', entry: 'layer-fingerprint', otherwise: OF_LAMBDA },
  {
    role: 'ScalingStepRole',
    entry: 'scaling-step',
    // CreateDBInstance with tags, and in a cluster with a key of its own.
    otherwise: [...OF_LAMBDA.slice(1), 'kms:CreateGrant', 'kms:DescribeKey', 'rds:AddTagsToResource'],
  },
  {
    role: 'ScheduledScalingRole',
    entry: 'scheduled-scaling',
    // CreateSchedule and UpdateSchedule with a role.
    otherwise: [...OF_LAMBDA, 'iam:PassRole'],
  },
  { role: 'UndeliveredRole', entry: 'undelivered', otherwise: OF_LAMBDA.slice(1) },
];

describe('the actions that each role allows', () => {
  for (const { role, entry, neverMade = [], otherwise } of FUNCTIONS) {
    it(`are those that ${entry} calls for, and no others, in ${role}`, () => {
      const calls = [...apiCallsOf(`handlers/${entry}.ts`).keys()].filter(
        (call) => !neverMade.includes(call),
      );
      const needed = [...calls.map((call) => ACTION_OF_CALL[call] ?? call), ...otherwise];
      const allowed = statementsOf(role).flatMap(({ Action }) => Action);
      assert.deepEqual([...new Set(allowed)].toSorted(), needed.toSorted());
    });

    it(`are only left out for a call that ${entry} could make`, () => {
      const calls = apiCallsOf(`handlers/${entry}.ts`);
      for (const call of neverMade) assert.ok(calls.has(call), `${call} is in no module of ${entry}`);
    });
  }
});
