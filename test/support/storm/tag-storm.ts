import { ECR_HOST, REPOSITORY, startImageTagWorld } from '../image-tag/image-tag-world.ts';
import { storeImage } from '../images/push-image.ts';
import { STORM_RESPOND_POLICY, type StormOptions, type StormScene } from './storm.ts';

/** Custom::ImageTag for so many services, each with a parameter of its own, against an SSM that throttles. */
export async function startTagStorm({ requests, rate, patience = {} }: StormOptions): Promise<StormScene> {
  const world = await startImageTagWorld({ rate, patience, respondPolicy: STORM_RESPOND_POLICY });
  const images = [world.images.v1, world.images.v2] as const;
  const imageOf = (index: number) => (index % 2 === 0 ? images[0] : images[1]);
  const indexes = Array.from({ length: requests }, (_, index) => index);
  for (const index of indexes) {
    storeImage(world.repositories, REPOSITORY, imageOf(index), `build-${index}`);
    world.ssm.parameters.put(`/shop/service-${index}`, `build-${index}`);
  }
  return {
    resourceType: 'Custom::ImageTag',
    properties: indexes.map((index) => ({
      ParameterName: `/shop/service-${index}`,
      RepositoryName: REPOSITORY,
    })),
    callsPerRequest: 1,
    startInstance: (responseOrigin) => world.startInstance(responseOrigin),
    expected: (index) => ({
      Tag: `build-${index}`,
      ImageUri: `${ECR_HOST}/${REPOSITORY}@${imageOf(index).root.digest}`,
    }),
    calls: () => ({
      all: world.ssm.calls.length,
      throttled: world.ssm.calls.filter(({ error }) => error === 'ThrottlingException').length,
    }),
    violations: () => world.violations(),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
