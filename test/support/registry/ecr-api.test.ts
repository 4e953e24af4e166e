import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
} from '@aws-sdk/client-ecr';
import { type EcrApi, type EcrApiOptions, startEcrApi } from './ecr-api.ts';
import { testEcrApi } from './ecr-api-suite.ts';
import { OCI_INDEX, OCI_MANIFEST } from './manifest-document.ts';
import { RegistryStore, type StoredRepository } from './registry-store.ts';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const MANIFEST = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    config: { mediaType: 'application/json', digest: `sha256:${'c'.repeat(64)}`, size: 7 },
    layers: [
      { mediaType: 'application/gzip', digest: `sha256:${'a'.repeat(64)}`, size: 100 },
      { mediaType: 'application/gzip', digest: `sha256:${'b'.repeat(64)}`, size: 200 },
    ],
  }),
);

testEcrApi("the strict stand-in for ECR's API", async (context) => {
  const store = new RegistryStore();
  const api = await startEcrApi(store);
  const client = clientOf(api);
  context.after(async () => {
    client.destroy();
    await api.close();
    assert.deepEqual(api.violations, []);
  });
  return {
    client,
    accountId: api.accountId,
    createRepository: async (name) => void store.createRepository(name),
    putImage: async (name, manifest, mediaType, tag) =>
      void store.getRepository(name).putManifest(Buffer.from(manifest), mediaType, tag),
  };
});

interface Stage extends AsyncDisposable {
  readonly api: EcrApi;
  readonly client: ECRClient;
  readonly repository: StoredRepository;
}

async function setUp(options: EcrApiOptions = {}): Promise<Stage> {
  const store = new RegistryStore();
  const repository = store.createRepository('app');
  repository.putManifest(MANIFEST, OCI_MANIFEST, 'v1');
  const api = await startEcrApi(store, options);
  const client = clientOf(api);
  return {
    api,
    client,
    repository,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await api.close();
    },
  };
}

describe("the stand-in for ECR's API, beside what it shares with ECR", () => {
  const asked = { repositoryName: 'app', imageIds: [{ imageTag: 'v1' }], acceptedMediaTypes: [OCI_MANIFEST] };

  test('records every call', async () => {
    await using stage = await setUp();
    await stage.client.send(new BatchGetImageCommand(asked));
    await assert.rejects(stage.client.send(new DescribeImagesCommand({ repositoryName: 'no/such' })));
    assert.deepEqual(stage.api.calls, [
      { action: 'BatchGetImage', input: asked, error: undefined },
      {
        action: 'DescribeImages',
        input: { repositoryName: 'no/such' },
        error: 'RepositoryNotFoundException',
      },
    ]);
    assert.deepEqual(stage.api.violations, []);
  });

  test('fails the calls that it is told to fail, and no others', async () => {
    await using stage = await setUp();
    stage.api.fail({ code: 'AccessDeniedException', action: 'BatchGetImage' });
    stage.api.fail({ code: 'ThrottlingException', times: 2 });
    await assert.rejects(stage.client.send(new BatchGetImageCommand(asked)), {
      name: 'AccessDeniedException',
    });
    await assert.rejects(stage.client.send(new DescribeRepositoriesCommand({})), {
      name: 'ThrottlingException',
    });
    await assert.rejects(stage.client.send(new BatchGetImageCommand(asked)), { name: 'ThrottlingException' });
    assert.equal((await stage.client.send(new BatchGetImageCommand(asked))).images?.length, 1);
    assert.deepEqual(stage.api.violations, []);
  });

  test('answers 500 for what is the fault of ECR', async () => {
    await using stage = await setUp();
    stage.api.fail({ code: 'ServerException' });
    await assert.rejects(stage.client.send(new BatchGetImageCommand(asked)), (error: Error) => {
      return 'name' in error && error.name === 'ServerException' && statusOf(error) === 500;
    });
  });

  test('lets somebody else come in between', async () => {
    await using stage = await setUp();
    const { digest } = stage.repository.putManifest(MANIFEST, OCI_MANIFEST, 'v1');
    stage.api.before('BatchDeleteImage', () => stage.repository.removeManifest(digest));
    const { failures } = await stage.client.send(
      new BatchDeleteImageCommand({
        repositoryName: 'app',
        imageIds: [{ imageTag: 'v1', imageDigest: digest }],
      }),
    );
    assert.equal(failures?.[0]?.failureCode, 'ImageNotFound');
  });

  test('gives tokens that hold as long as it is told', async () => {
    await using stage = await setUp({ tokenSeconds: 60 });
    const { authorizationData } = await stage.client.send(new GetAuthorizationTokenCommand({}));
    const [login] = authorizationData ?? [];
    const [user, password = ''] = Buffer.from(login?.authorizationToken ?? '', 'base64')
      .toString()
      .split(':');
    assert.equal(user, 'AWS');
    assert.equal(stage.api.tokens.check(password), 'valid');
    assert.ok((login?.expiresAt?.getTime() ?? 0) <= Date.now() + 60_000);
    stage.api.tokens.expireAll();
    assert.equal(stage.api.tokens.check(password), 'expired');
  });

  test('describes sizes of images, and none of indexes', async () => {
    await using stage = await setUp();
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [] }));
    stage.repository.putManifest(index, OCI_INDEX, 'all');
    const { imageDetails } = await stage.client.send(new DescribeImagesCommand({ repositoryName: 'app' }));
    assert.deepEqual(
      imageDetails?.map(({ imageTags, imageSizeInBytes }) => [imageTags, imageSizeInBytes]),
      [
        [['v1'], 300],
        [['all'], undefined],
      ],
    );
  });

  test('describes page by page, tagged or not', async () => {
    await using stage = await setUp();
    for (const number of [1, 2, 3]) {
      stage.repository.putManifest(Buffer.from(`${MANIFEST}${' '.repeat(number)}`), OCI_MANIFEST);
    }
    const sizes: (number | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await stage.client.send(
        new DescribeImagesCommand({
          repositoryName: 'app',
          maxResults: 2,
          nextToken,
          filter: { tagStatus: 'UNTAGGED' },
        }),
      );
      sizes.push(page.imageDetails?.length);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    assert.deepEqual(sizes, [2, 1]);
  });

  test('minds that every type of manifest is accepted', async () => {
    await using stage = await setUp();
    const { failures } = await stage.client.send(
      new BatchGetImageCommand({ ...asked, acceptedMediaTypes: [OCI_INDEX] }),
    );
    assert.equal(failures?.[0]?.failureCode, 'ImageNotFound');
    assert.match(stage.api.violations.join(), /BatchGetImage does not accept .*oci\.image\.manifest/);
  });

  const MISTAKES: readonly [title: string, send: (client: ECRClient) => Promise<unknown>, code: string][] = [
    [
      'an action that the project does not use',
      (client) => client.send(new ListImagesCommand({ repositoryName: 'app' })),
      'UnknownOperationException',
    ],
    [
      'a name that no repository can have',
      (client) => client.send(new DescribeImagesCommand({ repositoryName: 'App' })),
      'InvalidParameterException',
    ],
    [
      'more than 100 images',
      (client) =>
        client.send(
          new BatchGetImageCommand({ ...asked, imageIds: new Array(101).fill({ imageTag: 'v1' }) }),
        ),
      'InvalidParameterException',
    ],
    [
      'no image',
      (client) => client.send(new BatchDeleteImageCommand({ ...asked, imageIds: [] })),
      'InvalidParameterException',
    ],
    [
      'pages of named images',
      (client) => client.send(new DescribeImagesCommand({ ...asked, maxResults: 10 })),
      'InvalidParameterException',
    ],
  ];
  for (const [title, send, code] of MISTAKES) {
    test(`refuses ${title}, and keeps it in mind`, async () => {
      await using stage = await setUp();
      await assert.rejects(send(stage.client), { name: code });
      assert.equal(stage.api.violations.length, 1);
    });
  }

  test('refuses what no SDK sends', async () => {
    await using stage = await setUp();
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeImages',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/us-east-1/ecr/aws4_request, Signature=0',
    };
    const body = JSON.stringify({ repositoryName: 'app' });
    const errorOf = async (init: RequestInit, path = '/'): Promise<unknown> => {
      const response = await fetch(stage.api.origin + path, { method: 'POST', headers, body, ...init });
      const answer = (await response.json()) as { __type?: string };
      return response.ok ? undefined : answer.__type;
    };
    assert.equal(await errorOf({}), undefined);
    assert.equal(await errorOf({}, '/v2/'), 'UnknownOperationException');
    assert.equal(await errorOf({ body: '{' }), 'SerializationException');
    assert.equal(await errorOf({ body: '{"repositoryName":"app","typo":1}' }), 'InvalidParameterException');
    assert.equal(
      await errorOf({
        headers: { ...headers, authorization: headers.authorization.replace('us-east-1', 'eu-west-1') },
      }),
      'InvalidSignatureException',
    );
    assert.equal(
      await errorOf({ headers: { ...headers, authorization: 'Bearer x' } }),
      'MissingAuthenticationTokenException',
    );
    assert.equal(
      await errorOf({ headers: { ...headers, 'content-type': 'application/json' } }),
      'SerializationException',
    );
    assert.equal(stage.api.violations.length, 6);
  });
});

/** Without retries: a test counts the calls. */
function clientOf({ origin, region }: EcrApi): ECRClient {
  return new ECRClient({ endpoint: origin, region, credentials: CREDENTIALS, maxAttempts: 1 });
}

function statusOf(error: Error): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
