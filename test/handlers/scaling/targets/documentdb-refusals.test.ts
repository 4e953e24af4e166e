import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as documentDb from '@aws-sdk/client-docdb';
import type { Observation, Refusal } from '../../../../handlers/scaling/decision/scaling-target.ts';
import { DOCUMENTDB_REFUSALS } from '../../../../handlers/scaling/targets/documentdb-refusals.ts';
import { scalingTargets } from '../../../../handlers/scaling/targets/scaling-targets.ts';
import { modelledErrors } from './modelled-errors.ts';
import { failing, startScriptedAws } from './scripted-aws.ts';

const NEVER = new AbortController().signal;
const OPERATIONS = [
  'CreateDBInstance',
  'DeleteDBInstance',
  'FailoverDBCluster',
  'ModifyDBCluster',
  'ModifyDBInstance',
  'StartDBCluster',
  'StopDBCluster',
];
const ORDERS: Observation = {
  target: { kind: 'docdb', clusterId: 'orders' },
  arn: 'arn:aws:rds:us-east-1:111122223333:cluster:orders',
  status: 'available',
  instances: [],
};

/** As DocumentDB sends it, with its status; and the SDK's name for it, where that is another. */
const REFUSALS: readonly [code: string, status: number, kind: Refusal['kind'], sdkName?: string][] = [
  ['InvalidDBClusterStateFault', 400, 'state'],
  ['InvalidDBInstanceState', 400, 'state', 'InvalidDBInstanceStateFault'],
  ['InvalidDBInstanceStateFault', 400, 'state'],
  ['InvalidDBSecurityGroupState', 400, 'state', 'InvalidDBSecurityGroupStateFault'],
  ['InvalidDBSubnetGroupStateFault', 400, 'state'],
  ['InsufficientDBInstanceCapacity', 400, 'capacity', 'InsufficientDBInstanceCapacityFault'],
  ['InsufficientDBClusterCapacityFault', 403, 'capacity'],
  ['InstanceQuotaExceeded', 400, 'quota', 'InstanceQuotaExceededFault'],
  ['SnapshotQuotaExceeded', 400, 'quota', 'SnapshotQuotaExceededFault'],
  ['StorageQuotaExceeded', 400, 'quota', 'StorageQuotaExceededFault'],
  ['DBClusterNotFoundFault', 404, 'not-found'],
  ['DBInstanceNotFound', 404, 'not-found', 'DBInstanceNotFoundFault'],
  ['DBInstanceAlreadyExists', 400, 'already-exists', 'DBInstanceAlreadyExistsFault'],
  ['KMSKeyNotAccessibleFault', 400, 'access'],
  ['AuthorizationNotFound', 404, 'invalid', 'AuthorizationNotFoundFault'],
  ['CertificateNotFound', 404, 'invalid', 'CertificateNotFoundFault'],
  ['DBClusterAlreadyExistsFault', 400, 'invalid'],
  ['DBClusterParameterGroupNotFound', 404, 'invalid', 'DBClusterParameterGroupNotFoundFault'],
  ['DBParameterGroupNotFound', 404, 'invalid', 'DBParameterGroupNotFoundFault'],
  ['DBSecurityGroupNotFound', 404, 'invalid', 'DBSecurityGroupNotFoundFault'],
  ['DBSnapshotAlreadyExists', 400, 'invalid', 'DBSnapshotAlreadyExistsFault'],
  ['DBSubnetGroupDoesNotCoverEnoughAZs', 400, 'invalid'],
  ['DBSubnetGroupNotFoundFault', 404, 'invalid'],
  ['DBUpgradeDependencyFailure', 400, 'invalid', 'DBUpgradeDependencyFailureFault'],
  ['InvalidSubnet', 400, 'invalid'],
  ['InvalidVPCNetworkStateFault', 400, 'invalid'],
  ['NetworkTypeNotSupported', 400, 'invalid'],
  ['StorageTypeNotSupported', 400, 'invalid', 'StorageTypeNotSupportedFault'],

  // Of no service's model.
  ['InvalidParameterValue', 400, 'invalid'],
  ['InvalidParameterCombination', 400, 'invalid'],
  ['ValidationError', 400, 'invalid'],
  ['SomethingNew', 400, 'invalid'],
  ['SomethingNew', 429, 'throttling'],
  ['SomethingNew', 500, 'unknown'],
  ['Throttling', 400, 'throttling'],
  ['ThrottlingException', 400, 'throttling'],
  ['Throttling', 503, 'throttling'],
  ['RequestLimitExceeded', 503, 'throttling'],
  ['AccessDenied', 403, 'access'],
  ['AccessDeniedException', 400, 'access'],
  ['UnauthorizedOperation', 403, 'access'],
  ['ExpiredToken', 403, 'access'],
  ['InvalidClientTokenId', 403, 'access'],
  ['SignatureDoesNotMatch', 403, 'access'],
  ['RequestExpired', 400, 'access'],
  ['OptInRequired', 403, 'access'],
  ['InternalFailure', 500, 'unknown'],
  ['ServiceUnavailable', 503, 'unknown'],
  ['RequestTimeout', 408, 'unknown'],
];

describe('what DocumentDB says no with', () => {
  for (const [code, status, kind, sdkName = code] of REFUSALS) {
    test(`${code} (${status}) is of the kind ${kind}, and asked once`, async (context) => {
      const aws = await startScriptedAws(context);
      aws.script('StopDBCluster', failing(code, status, 'because'));
      const target = scalingTargets({ clients: aws.clients });
      const answer = await target.apply(ORDERS, { kind: 'stop-cluster' }, NEVER);
      assert.ok(answer !== 'accepted');
      assert.equal(answer.kind, kind);
      const verb = kind === 'unknown' ? 'failed' : 'refused';
      assert.match(
        answer.message,
        new RegExp(`^DocumentDB ${verb} to stop the cluster orders: ${sdkName}\\b`),
      );
      assert.match(answer.message, /\(because\)/);
      assert.equal(answer.message.endsWith('; whether it was done is not known'), kind === 'unknown');
      assert.equal(aws.calls.length, 1);
    });
  }

  test('has a kind for every error that the calls are modelled with', async () => {
    for (const operation of OPERATIONS) {
      const names = await modelledErrors('client-docdb', operation);
      assert.ok(names.length > 1, operation);
      const missing = names.filter((name) => !Object.hasOwn(DOCUMENTDB_REFUSALS, name));
      assert.deepEqual(missing, [], operation);
    }
  });

  test('is known by names that the SDK has, each of them tried here', () => {
    const tried = REFUSALS.map(([code, , , sdkName = code]) => sdkName);
    for (const name of Object.keys(DOCUMENTDB_REFUSALS)) {
      assert.ok(name in documentDb, `${name} is no error of the SDK`);
      assert.ok(tried.includes(name), `${name} is not tried`);
    }
  });
});
