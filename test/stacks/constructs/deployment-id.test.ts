import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { findDeploymentId } from '../../../stacks/constructs/deployment-id.ts';
import { EcrImage } from '../../../stacks/constructs/ecr-image.ts';
import { ImageTag } from '../../../stacks/constructs/image-tag.ts';
import { LayerFingerprint } from '../../../stacks/constructs/layer-fingerprint.ts';
import { getResource, testApp } from '../synthesis.ts';

const CDK = { CDK_CLI_VERSION: '2.1148.1' };
const RUN = { ...CDK, GITHUB_RUN_ID: '1658821493', GITHUB_RUN_ATTEMPT: '2' };

function appWith(context: Record<string, unknown> = {}): App {
  return new App({ context });
}

describe('the deployment id', () => {
  it('is the one that is given, whatever else there is', () => {
    const app = appWith({ 'deploytime:DeploymentId': 'of-the-app' });
    assert.equal(findDeploymentId(app, 'given', RUN), 'given');
  });

  it('is that of the context, where none is given', () => {
    assert.equal(findDeploymentId(appWith({ 'deploytime:DeploymentId': 'v7' }), undefined, RUN), 'v7');
    assert.equal(findDeploymentId(appWith({ 'deploytime:DeploymentId': 7 }), undefined, {}), '7');
  });

  for (const [system, variables, id] of [
    ['GitHub Actions', { GITHUB_RUN_ID: '1658821493', GITHUB_RUN_ATTEMPT: '2' }, '1658821493-2'],
    ['GitLab', { CI_JOB_ID: '9876', CI_PIPELINE_ID: '12' }, '9876'],
    [
      'CodeBuild, by the commit alone',
      { CODEBUILD_RESOLVED_SOURCE_VERSION: 'c0ffee', CODEBUILD_BUILD_ID: 'infra:1' },
      'c0ffee',
    ],
    ['Azure Pipelines', { BUILD_BUILDID: '55', SYSTEM_JOBATTEMPT: '1' }, '55-1'],
    ['Bitbucket', { BITBUCKET_BUILD_NUMBER: '8' }, '8'],
    ['CircleCI', { CIRCLE_BUILD_NUM: '31' }, '31'],
    ['Jenkins', { BUILD_TAG: 'jenkins-infra-12' }, 'jenkins-infra-12'],
  ] as const) {
    it(`is the run of ${system}, where the CDK command line runs there`, () => {
      assert.equal(findDeploymentId(appWith(), undefined, { ...CDK, ...variables }), id);
    });
  }

  it('is none on a machine that is no CI, so that a diff shows what really changes', () => {
    assert.equal(findDeploymentId(appWith(), undefined, CDK), undefined);
  });

  it('is none without the CDK command line, so that a unit test makes the same template everywhere', () => {
    const { CDK_CLI_VERSION, ...variables } = RUN;
    assert.equal(findDeploymentId(appWith(), undefined, variables), undefined);
  });

  it('is set by the constructs that only ask, and not by the one that makes an image', () => {
    const stack = new Stack(testApp({ 'deploytime:DeploymentId': 'v7' }), 'stack');
    const repository = new Repository(stack, 'Repository');
    new EcrImage(stack, 'Image', { repository, source: 'ghcr.io/owner/name:tag' });
    new ImageTag(stack, 'Release', { parameterName: '/shop/tag' });
    new LayerFingerprint(stack, 'Layer', { parameterName: '/shop/layer' });
    const ids = ['Image', 'Release', 'Layer'].map((id) => getResource(stack, id).Properties.DeploymentId);
    assert.deepEqual(ids, [undefined, 'v7', 'v7']);
  });

  it('is none where empty text says so', () => {
    assert.equal(findDeploymentId(appWith({ 'deploytime:DeploymentId': 'v7' }), '', RUN), undefined);
  });
});
