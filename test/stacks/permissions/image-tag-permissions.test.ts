import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { providerStatements, type Statement, statementsOf } from './statements.ts';

const READ_PARAMETERS: Statement = {
  Sid: 'ReadParameters',
  Effect: 'Allow',
  Action: 'ssm:GetParameter',
  Resource: 'arn:<AWS::Partition>:ssm:<AWS::Region>:*:parameter/*',
};
const READ_IMAGES: Statement = {
  Sid: 'ReadImages',
  Effect: 'Allow',
  Action: 'ecr:BatchGetImage',
  Resource: 'arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:repository/*',
};
const READ_STACK_STATUS: Statement = {
  Sid: 'ReadStackStatus',
  Effect: 'Allow',
  Action: 'cloudformation:DescribeStacks',
  Resource: 'arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/*',
};

describe('the permissions of the provider of image tags', () => {
  it('are to read parameters, images and a status, and no others', () => {
    assert.deepEqual(statementsOf('ImageTagRole'), [
      ...providerStatements('ImageTag'),
      READ_PARAMETERS,
      READ_IMAGES,
      READ_STACK_STATUS,
    ]);
  });

  for (const [parameterPattern, name] of [
    ['/shop/*', 'shop/*'],
    ['shop/*', 'shop/*'],
    ['release-tag', 'release-tag'],
    ['/*', '*'],
    ['*/image-tag', '*/image-tag'],
  ] as const) {
    it(`let it read the parameters that ${parameterPattern} matches, in whichever account, and no others`, () => {
      const parameters = statementsOf('ImageTagRole', { parameterPattern }).filter(({ Action }) =>
        [Action].flat().some((action) => action.startsWith('ssm:')),
      );
      assert.deepEqual(parameters, [
        { ...READ_PARAMETERS, Resource: `arn:<AWS::Partition>:ssm:<AWS::Region>:*:parameter/${name}` },
      ]);
    });
  }

  it('let it look for images in the foreign registries that ReadableRegistries names', () => {
    const readableRegistries = ['222222222222.dkr.ecr.eu-west-1.amazonaws.com'];
    assert.deepEqual(statementsOf('ImageTagRole', { readableRegistries }).slice(3), [
      READ_PARAMETERS,
      READ_IMAGES,
      {
        Sid: 'ReadForeignImages',
        Effect: 'Allow',
        Action: 'ecr:BatchGetImage',
        Resource: 'arn:<AWS::Partition>:ecr:eu-west-1:222222222222:repository/*',
      },
      READ_STACK_STATUS,
    ]);
  });

  it('are not widened by RepositoryPattern, which is about writing', () => {
    assert.deepEqual(
      statementsOf('ImageTagRole', { repositoryPattern: 'app-*' }),
      statementsOf('ImageTagRole'),
    );
  });
});
