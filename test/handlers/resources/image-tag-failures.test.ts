import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import { ask, assertFailed, inWorld } from '../../support/image-tag/ask.ts';
import {
  type ImageTagWorld,
  OTHER_ACCOUNT_ID,
  PARAMETER,
  REPOSITORY,
} from '../../support/image-tag/image-tag-world.ts';
import { buildArtifact } from '../../support/images/artifact.ts';
import { FORMATS, LINUX_AMD64 } from '../../support/images/image.ts';
import { buildIndex, indexOver } from '../../support/images/image-index.ts';
import { storeImage } from '../../support/images/push-image.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const IN_REPOSITORY = { RepositoryName: REPOSITORY };

describe('Custom::ImageTag in trouble', () => {
  let server: ResponseServer;
  before(async () => {
    server = await startResponseServer();
  });
  after(() => server.stop());

  /** Values as pipelines write them by mistake. None of them is shown. */
  const VALUES: readonly [value: string, because: RegExp][] = [
    [
      'v1\n',
      /\(version 2, 3 characters\) names no image: it begins or ends with white space, such as a line break/,
    ],
    [' v1', /\(version 2, 3 characters\) names no image: it begins or ends with white space/],
    ['"v1"', /4 characters\) names no image: it has a tag that is not 1 to 128 letters/],
    ['null value', /10 characters\) names no image: it has a tag that is not/],
    ['-v1', /it has a tag that is not .*, the first no "\." or "-"/],
    [
      'team/app:v1',
      /11 characters\) names no image: it looks like a whole image reference, and the repository is named elsewhere/,
    ],
    [`team/app@${DIGEST}`, /it looks like a whole image reference/],
    [DIGEST.toUpperCase(), /it has a digest that is not sha256: and 64 hexadecimal digits in lower case/],
    [`v1@${DIGEST.slice(0, -1)}`, /it has a digest that is not sha256:/],
    [`@${DIGEST}`, /it has no tag before its "@"/],
    ['{"password":"correct horse"}', /28 characters\) names no image/],
    ['ünïcode', /7 characters\) names no image/],
    ['x'.repeat(4_000), /4000 characters\) names no image/],
  ];
  for (const [value, because] of VALUES) {
    test(
      `refuses the value ${JSON.stringify(value.slice(0, 40))} without showing it`,
      inWorld(async (world) => {
        world.release(value);
        const answer = await ask(world, server, 'Create', { ...IN_REPOSITORY, Default: 'v1' });
        assertFailed(answer, /^InvalidRequest: The value of the parameter \/shop\/tag \(version 2, /);
        assert.match(answer.Reason, because);
        assert.match(answer.Reason, /Allowed is a tag, a digest \(sha256:…\) or tag@sha256:…/);
        if (value.trim().length > 4) {
          assert.ok(!answer.Reason.includes(value.trim()), 'The value is shown');
          assert.ok(!world.log().includes(JSON.stringify(value.trim()).slice(1, -1)), 'The value is logged');
        }
      }),
    );
  }

  const FAILURES: readonly [
    what: string,
    properties: Record<string, unknown>,
    reason: RegExp,
    prepare?: (world: ImageTagWorld) => void,
  ][] = [
    [
      'a parameter that does not exist, and how to come by one',
      { ParameterName: '/shop/none' },
      /^NotFound: There is no SSM parameter \/shop\/none in this account and Region us-east-1\. Release an image first \(deploytime tag <tag> --parameter \/shop\/none --repository <repository>\), or name in Default the tag to use until then/,
    ],
    [
      'a version that does not exist, whatever the default',
      { ParameterName: `${PARAMETER}:7`, Default: 'v1' },
      /^NotFound: The parameter \/shop\/tag is there, but has no version or label 7/,
    ],
    [
      'a label that does not exist, whatever the default',
      { ParameterName: `${PARAMETER}:prod`, Default: 'v1' },
      /^NotFound: The parameter \/shop\/tag is there, but has no version or label prod/,
    ],
    [
      'a SecureString',
      {},
      /^InvalidRequest: The parameter \/shop\/tag is of type SecureString; String is allowed/,
      (world) => world.ssm.parameters.put(PARAMETER, 'v1', 'SecureString'),
    ],
    [
      'a StringList',
      {},
      /^InvalidRequest: The parameter \/shop\/tag is of type StringList; String is allowed/,
      (world) => world.ssm.parameters.put(PARAMETER, 'v1,v2', 'StringList'),
    ],
    [
      'a parameter that may not be read',
      {},
      /^AccessDenied: SSM refused to read the parameter \/shop\/tag: AccessDeniedException; it reads what the service stack's property ParameterPattern matches/,
      (world) => world.ssm.fail({ code: 'AccessDeniedException' }),
    ],
    [
      "another account's parameter that is not shared",
      { ParameterName: 'arn:aws:ssm:us-east-1:999999999999:parameter/tag' },
      /^AccessDenied: SSM refused to read the parameter arn:aws:ssm:us-east-1:999999999999:parameter\/tag: .* another account must share its parameter with this one/,
    ],
    [
      'a parameter of another Region',
      { ParameterName: `arn:aws:ssm:eu-west-1:111122223333:parameter${PARAMETER}`, Default: 'v1' },
      /^InvalidRequest: ParameterName is arn:aws:ssm:eu-west-1:111122223333:parameter\/shop\/tag, which is in eu-west-1; this service runs in us-east-1/,
    ],
    [
      'an image that was released and never pushed',
      IN_REPOSITORY,
      /^NotFound: The repository team\/app has no image v9, which version 2 of the parameter \/shop\/tag names\. Push an image before it is released/,
      (world) => world.release('v9'),
    ],
    [
      'a digest that is not there, although its tag is',
      IN_REPOSITORY,
      new RegExp(`^NotFound: The repository team/app has no image v1@${DIGEST}, which version 2`),
      (world) => world.release(`v1@${DIGEST}`),
    ],
    [
      'a default that is not there',
      { ...IN_REPOSITORY, ParameterName: '/shop/none', Default: 'initial' },
      /^NotFound: The repository team\/app has no image initial, which Default names/,
    ],
    [
      'a repository that does not exist',
      { RepositoryName: 'no/such' },
      /^NotFound: There is no repository no\/such in this account and Region/,
    ],
    [
      "another account's repository that does not exist",
      { RepositoryName: 'no/such', RegistryId: OTHER_ACCOUNT_ID },
      /^NotFound: There is no repository no\/such in account 444455556666 and Region/,
    ],
    [
      "another account's repository that may not be read",
      { RepositoryName: 'their/app', RegistryId: OTHER_ACCOUNT_ID },
      /^AccessDenied: ECR refused to look for an image in repository their\/app of account 444455556666: AccessDeniedException; the repository's policy there must allow this account ecr:BatchGetImage/,
      (world) => world.ecr.fail({ code: 'AccessDeniedException' }),
    ],
    [
      'an index for Lambda, and what helps',
      { ...IN_REPOSITORY, UsedBy: 'lambda' },
      /^InvalidRequest: The image team\/app:multi, which version 2 of the parameter \/shop\/tag names, is an index of several manifests, and Lambda takes a single one.*The property Platform picks one/,
      (world) => world.release('multi'),
    ],
    [
      'an artifact for Lambda',
      { ...IN_REPOSITORY, UsedBy: 'lambda' },
      /^InvalidRequest: The image team\/app:chart, which .* names, has a config of type .*, so it is an artifact/,
      (world) => {
        storeImage(world.repositories, REPOSITORY, buildArtifact(), 'chart');
        world.release('chart');
      },
    ],
    [
      'a platform that the index lacks, with those that it has',
      { ...IN_REPOSITORY, Platform: 'linux/arm64' },
      /^NotFound: The image team\/app:amd, which .* names, is an index without an image for linux\/arm64; it has linux\/amd64/,
      (world) => {
        const index = buildIndex({ seed: 'amd', platforms: [LINUX_AMD64], attestations: true });
        storeImage(world.repositories, REPOSITORY, index, 'amd');
        world.release('amd');
      },
    ],
    [
      "a platform's image that is gone from the repository",
      { ...IN_REPOSITORY, Platform: 'linux/amd64' },
      /^NotFound: The image team\/app:broken, which .* names, is an index whose image for linux\/amd64 \(sha256:[0-9a-f]{64}\) is not in the repository/,
      (world) => {
        const mediaType = FORMATS.oci.manifest;
        const entry = { mediaType, digest: DIGEST, size: 100, platform: LINUX_AMD64 };
        storeImage(world.repositories, REPOSITORY, indexOver(FORMATS.oci.index, [entry], []), 'broken');
        world.release('broken');
      },
    ],
    [
      'a registry or a platform without a repository',
      { RegistryId: OTHER_ACCOUNT_ID, Platform: 'linux/amd64' },
      /^InvalidRequest: Custom::ImageTag can't be read: RegistryId needs RepositoryName: without it no image is looked for; Platform needs RepositoryName/,
    ],
    [
      'an image that Lambda is to take without a repository',
      { UsedBy: 'lambda' },
      /^InvalidRequest: Custom::ImageTag can't be read: UsedBy lambda needs RepositoryName: without it no image/,
    ],
    [
      'properties that can not be read, all at once',
      {
        ParameterName: 'shop/tag',
        Default: 'v1 ',
        RepositoryName: 'Team/App',
        RegistryId: '123',
        UsedBy: 'x',
      },
      /^InvalidRequest: Custom::ImageTag can't be read: ParameterName: "shop\/tag" is not the name of an SSM parameter .*: a name with levels begins with "\/"; Default: "v1 " begins or ends with white space.*; RepositoryName is "Team\/App", allowed is .*; RegistryId is "123", allowed is the 12 digits of an AWS account; UsedBy is "x", allowed is one of any, lambda, ecs/,
    ],
    [
      'all platforms at once, which are no platform',
      { ...IN_REPOSITORY, Platform: 'all' },
      /^InvalidRequest: .*Platform is "all", allowed is one of linux\/amd64, linux\/arm64/,
    ],
  ];
  for (const [what, properties, reason, prepare] of FAILURES) {
    test(
      `fails clearly for ${what}`,
      inWorld(async (world) => {
        prepare?.(world);
        const answer = await ask(world, server, 'Create', properties);
        assertFailed(answer, reason);
      }),
    );
  }

  test(
    'waits out a throttled SSM',
    inWorld(async (world) => {
      world.ssm.fail({ code: 'ThrottlingException', times: 5 });
      const answer = await ask(world, server, 'Create', IN_REPOSITORY);
      assert.equal(answer.Data.Tag, 'v1', answer.Reason);
    }),
  );
});
