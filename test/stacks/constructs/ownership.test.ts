import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Annotations, type App, Stack, Tags } from 'aws-cdk-lib';
import { type IRepository, Repository } from 'aws-cdk-lib/aws-ecr';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { EcrImage } from '../../../stacks/constructs/ecr-image.ts';
import { getResource, quickApp, warningsOf } from '../synthesis.ts';

const SOURCE = 'ghcr.io/owner/name:tag';
const ENV = { account: '111111111111', region: 'eu-west-1' };

interface Foreign {
  readonly repository: (app: App, user: Stack) => IRepository;
  readonly secret?: (app: App, user: Stack) => ISecret;
}

function userOf({ repository, secret }: Foreign, env?: typeof ENV): Stack {
  const app = quickApp();
  const user = new Stack(app, 'user', env && { env });
  new EcrImage(user, 'Image', {
    repository: repository(app, user),
    source: SOURCE,
    ...(secret && { sourceCredentials: secret(app, user) }),
  });
  return user;
}

const ofThisStack: Foreign = { repository: (_, user) => new Repository(user, 'Repository') };
const ofAnotherStack: Foreign = {
  repository: (app) => new Repository(new Stack(app, 'owner'), 'Repository'),
};
const imported: Foreign = { repository: (_, user) => Repository.fromRepositoryName(user, 'Imported', 'app') };

const warning = (path: string) =>
  `The repository ${path} is not of this stack: its owner must give it the tag deploytime=allow, or the service's ` +
  'RepositoryPattern must match its name; else the deployment fails with AccessDenied [ack: deploytime:repositoryTag]';

describe('a repository', () => {
  it('of this stack is tagged, without a warning', () => {
    const user = userOf(ofThisStack);
    assert.deepEqual(getResource(user, 'Repository').Properties.Tags, [
      { Key: 'deploytime', Value: 'allow' },
    ]);
    assert.deepEqual(warningsOf(user, '*'), []);
  });

  it('of another stack of the app is warned of', () => {
    assert.deepEqual(warningsOf(userOf(ofAnotherStack), '*'), [warning('owner/Repository')]);
  });

  it('of another stack is not warned of where that stack tags it', () => {
    const app = quickApp();
    const owner = new Stack(app, 'owner');
    const repository = new Repository(owner, 'Repository');
    const user = new Stack(app, 'user');
    new EcrImage(user, 'Image', { repository, source: SOURCE });
    Tags.of(owner).add('deploytime', 'allow');
    assert.deepEqual(warningsOf(user, '*'), []);
  });

  it('that is imported is warned of', () => {
    assert.deepEqual(warningsOf(userOf(imported), '*'), [warning('user/Imported')]);
  });

  it('is not warned of any more once that is acknowledged', () => {
    const user = userOf(imported);
    Annotations.of(user).acknowledgeWarning('deploytime:repositoryTag', 'RepositoryPattern matches it');
    assert.deepEqual(warningsOf(user, '*'), []);
  });
});

describe('a secret', () => {
  it('that is imported is warned of', () => {
    const user = userOf({
      ...ofThisStack,
      secret: (_, stack) => Secret.fromSecretNameV2(stack, 'Login', 'login'),
    });
    assert.deepEqual(warningsOf(user, '*'), [
      'The secret user/Login is not of this stack: its owner must give it the tag ' +
        'deploytime:source-credentials=true; else the deployment fails with AccessDenied ' +
        '[ack: deploytime:secretTag]',
    ]);
  });
});

describe('a repository that is known to be elsewhere', () => {
  const arn = (region: string, account: string) => `arn:aws:ecr:${region}:${account}:repository/app`;
  const withArn = (repositoryArn: string): Foreign => ({
    repository: (_, user) => Repository.fromRepositoryArn(user, 'Imported', repositoryArn),
  });

  it('is refused for its account', () => {
    assert.throws(() => userOf(withArn(arn('eu-west-1', '222222222222')), ENV), {
      message:
        "user/Image: repository is of the account 222222222222; it must be of the stack's own, which is 111111111111",
    });
  });

  it('is refused for its Region', () => {
    assert.throws(() => userOf(withArn(arn('us-east-1', ENV.account)), ENV), {
      message:
        "user/Image: repository is of the Region us-east-1; it must be of the stack's own, which is eu-west-1",
    });
  });

  it('is refused also where its attributes alone say so', () => {
    const repositoryArn = arn('us-east-1', ENV.account);
    const repository: Foreign['repository'] = (_, user) =>
      Repository.fromRepositoryAttributes(user, 'Imported', { repositoryArn, repositoryName: 'app' });
    assert.throws(() => userOf({ repository }, ENV), /repository is of the Region us-east-1/);
  });

  it('is refused where it is of another stack of the app', () => {
    const env = { ...ENV, account: '222222222222' };
    const repository: Foreign['repository'] = (app) =>
      new Repository(new Stack(app, 'owner', { env }), 'Repository', { repositoryName: 'app' });
    assert.throws(() => userOf({ repository }, ENV), /repository is of the account 222222222222/);
  });

  it('is allowed where it is here, or nothing is known', () => {
    userOf(withArn(arn(ENV.region, ENV.account)), ENV);
    userOf(withArn(arn('us-east-1', '222222222222')));
    userOf(imported, ENV);
  });
});
