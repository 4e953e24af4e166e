import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import { LabelParameterVersionCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { UpdateRequest } from '../../handlers/cloudformation/event.ts';
import { readProperties } from '../../handlers/cloudformation/properties.ts';
import type { Resource } from '../../handlers/cloudformation/resource.ts';
import { createSsmClient, SsmParameterStore } from '../../handlers/parameters/parameter-store.ts';
import { createEcrClient, EcrImageStore } from '../../handlers/registry/image-store.ts';
import { imageTag } from '../../handlers/resources/image-tag.ts';
import {
  IMAGE_TAG_TYPE,
  type ImageTagProperties,
  imageTagRules,
  imageTagSchema,
} from '../../handlers/resources/image-tag-properties.ts';
import { buildImage, type Image } from '../support/images/image.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { STACK_ID } from '../support/provider/events.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
const REPOSITORY = 'team/app';
const V1 = buildImage({ seed: 'v1' });
const V2 = buildImage({ seed: 'v2' });

/** The type with its real stores, over AWS as other people read its documentation. */
describe('Custom::ImageTag on moto', witness('moto_server'), () => {
  let moto: Moto;
  let clients: ReturnType<typeof clientsOf>;
  let resource: Resource<ImageTagProperties>;
  const log = { info: () => {}, warn: () => {} };

  before(async () => {
    moto = await startMoto();
    clients = clientsOf(moto);
    const { ssm, ecr } = clients;
    resource = imageTag({
      parameters: new SsmParameterStore(ssm),
      openImages: () => new EcrImageStore(ecr),
      // moto's stacks are never rolling back.
      statuses: { isRollingBack: async () => false },
      place: { accountId: moto.accountId, region: 'us-east-1', urlSuffix: 'amazonaws.com' },
      log,
    });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
    await push(V1, 'v1');
    await push(V2, 'v2');
    await release('v1');
    await release(`v2@${V2.root.digest}`);
    const label = { Name: '/shop/tag', ParameterVersion: 1, Labels: ['prod'] };
    await ssm.send(new LabelParameterVersionCommand(label));
  });
  after(async () => {
    for (const client of Object.values(clients ?? {})) client.destroy();
    await moto?.stop();
  });

  const push = ({ root }: Image, imageTag: string) =>
    clients.ecr.send(
      new PutImageCommand({
        repositoryName: REPOSITORY,
        imageManifest: root.bytes.toString(),
        imageManifestMediaType: root.mediaType,
        imageDigest: root.digest,
        imageTag,
      }),
    );
  const release = (Value: string) =>
    clients.ssm.send(new PutParameterCommand({ Name: '/shop/tag', Value, Type: 'String', Overwrite: true }));

  const requestOf = (properties: Record<string, string>) => ({
    responseUrl: '',
    stackId: STACK_ID,
    requestId: '1',
    logicalResourceId: 'Tag',
    resourceType: IMAGE_TAG_TYPE,
    properties,
  });
  const read = (properties: Record<string, string>) =>
    readProperties(IMAGE_TAG_TYPE, imageTagSchema, properties, imageTagRules);
  const create = (properties: Record<string, string>) =>
    resource.create({ ...requestOf(properties), requestType: 'Create' }, read(properties), { signal: NEVER });

  for (const [name, image, version] of [
    ['/shop/tag', V2, '2'],
    ['/shop/tag:1', V1, '1'],
    ['/shop/tag:prod', V1, '1'],
    ['arn:aws:ssm:us-east-1:123456789012:parameter/shop/tag', V2, '2'],
  ] as const) {
    test(`finds the image of ${name}`, async () => {
      const { attributes } = await create({
        ParameterName: name,
        RepositoryName: REPOSITORY,
        UsedBy: 'lambda',
      });
      assert.deepEqual(attributes, {
        Tag: image === V1 ? 'v1' : 'v2',
        Digest: image.root.digest,
        ImageUri: `123456789012.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}@${image.root.digest}`,
        TaggedImageUri: `123456789012.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}:${image === V1 ? 'v1' : 'v2'}`,
        ResolvedFrom: 'parameter',
        ParameterVersion: version,
      });
    });
  }

  for (const [what, properties, reason] of [
    ['a parameter', { ParameterName: '/shop/none' }, /^There is no SSM parameter \/shop\/none/],
    ['a version', { ParameterName: '/shop/tag:9', Default: 'v1' }, /has no version or label 9/],
    ['a label', { ParameterName: '/shop/tag:none', Default: 'v1' }, /has no version or label none/],
    [
      'an image',
      { ParameterName: '/shop/none', Default: 'v9', RepositoryName: REPOSITORY },
      /^The repository team\/app has no image v9, which Default names/,
    ],
    [
      'a repository',
      { ParameterName: '/shop/tag', RepositoryName: 'no/such' },
      /^There is no repository no\/such/,
    ],
  ] as const) {
    test(`misses ${what} that is not there`, async () => {
      await assert.rejects(create(properties), { code: 'NotFound', message: reason });
    });
  }

  test('answers an unchanged world with the same id, and a new release with another one', async () => {
    const properties = { ParameterName: '/shop/tag', RepositoryName: REPOSITORY };
    const { physicalResourceId, attributes } = await create(properties);
    const next = { ...properties, DeploymentId: '2' };
    const request: UpdateRequest = {
      ...requestOf(next),
      requestType: 'Update',
      oldProperties: properties,
      physicalResourceId,
    };
    const same = await resource.update(request, read(next), { signal: NEVER });
    assert.deepEqual(same, { physicalResourceId, attributes });
    await release('v1');
    const moved = await resource.update(request, read(next), { signal: NEVER });
    assert.equal(moved.attributes.Digest, V1.root.digest);
    assert.equal(moved.attributes.ParameterVersion, '3');
    assert.notEqual(moved.physicalResourceId, physicalResourceId);
  });
});

function clientsOf({ origin }: Moto) {
  const local = {
    endpoint: origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  return {
    ssm: createSsmClient(local),
    ecr: createEcrClient(local),
  };
}
