import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterCondition } from '../../../../handlers/scaling/documentdb/cluster-status.ts';
import { instanceCondition } from '../../../../handlers/scaling/documentdb/instance-status.ts';

test('every instance status that AWS documents means one thing, and any other is waited for', () => {
  const meanings = {
    available: ['available'],
    stopped: ['stopped'],
    deleting: ['deleting', 'delete-precheck'],
    broken: [
      'failed',
      'inaccessible-encryption-credentials',
      'inaccessible-encryption-credentials-recoverable',
      'incompatible-create',
      'incompatible-network',
      'incompatible-option-group',
      'incompatible-parameters',
      'incompatible-restore',
      'insufficient-capacity',
      'restore-error',
      'storage-full',
    ],
    'in-transition': [
      'backing-up',
      'configuring-associated-roles',
      'configuring-enhanced-monitoring',
      'configuring-iam-database-auth',
      'configuring-log-exports',
      'converting-to-vpc',
      'creating',
      'maintenance',
      'modifying',
      'moving-to-vpc',
      'rebooting',
      'renaming',
      'resetting-master-credentials',
      'starting',
      'stopping',
      'storage-config-upgrade',
      'storage-initialization',
      'storage-optimization',
      'upgrading',
      'what-comes-next-year',
      'AVAILABLE',
      '',
    ],
  };
  for (const [meaning, statuses] of Object.entries(meanings)) {
    for (const status of statuses) assert.equal(instanceCondition(status), meaning, status);
  }
});

test('every cluster status that AWS documents means one thing, and any other is waited for', () => {
  const meanings = {
    available: ['available'],
    starting: ['starting'],
    stopping: ['stopping'],
    stopped: ['stopped'],
    'failing-over': ['failing-over'],
    deleting: ['deleting'],
    broken: [
      'cloning-failed',
      'inaccessible-encryption-credentials',
      'inaccessible-encryption-credentials-recoverable',
      'migration-failed',
    ],
    'in-transition': [
      // Of elastic clusters, which are none of ours.
      'active',
      'backing-up',
      'creating',
      'maintenance',
      'migrating',
      'modifying',
      'promoting',
      'renaming',
      'resetting-master-credentials',
      'update-iam-db-auth',
      'upgrading',
      'what-comes-next-year',
      '',
    ],
  };
  for (const [meaning, statuses] of Object.entries(meanings)) {
    for (const status of statuses) assert.equal(clusterCondition(status), meaning, status);
  }
});
