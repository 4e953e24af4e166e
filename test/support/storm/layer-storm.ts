import { createHash } from 'node:crypto';
import { fingerprintOf } from '../../../handlers/layers/fingerprint.ts';
import { type LayerFiles, startLayerFingerprintWorld } from '../layer-fingerprint/layer-fingerprint-world.ts';
import { STORM_RESPOND_POLICY, type StormOptions, type StormScene } from './storm.ts';

/** As many as functions share. */
const LAYERS = 10;

/**
 * Custom::LayerFingerprint for so many functions, which share ten layers, against a Lambda that throttles.
 * @param options.namedBy What names the layer. `LayerName` costs another call. Default `LayerVersionArn`.
 */
export async function startLayerStorm(
  options: StormOptions & { readonly namedBy?: 'LayerName' | 'LayerVersionArn' },
): Promise<StormScene & { downloads(): number }> {
  const { requests, rate, patience = {}, namedBy = 'LayerVersionArn' } = options;
  const world = await startLayerFingerprintWorld({ rate, patience, respondPolicy: STORM_RESPOND_POLICY });
  const layers: { name: string; arn: string; fingerprint: string }[] = [];
  for (let number = 0; number < LAYERS; number += 1) {
    const name = `layer-${number}`;
    const files: LayerFiles = { 'python/number.py': `NUMBER = ${number}\n` };
    const { arn } = await world.publish(files, name);
    layers.push({ name, arn, fingerprint: fingerprintOfFiles(files) });
  }
  const layerOf = (index: number) => layers[index % LAYERS] as (typeof layers)[number];
  return {
    resourceType: 'Custom::LayerFingerprint',
    properties: Array.from({ length: requests }, (_, index) => {
      const { name, arn } = layerOf(index);
      return { [namedBy]: namedBy === 'LayerName' ? name : arn };
    }),
    callsPerRequest: namedBy === 'LayerName' ? 2 : 1,
    startInstance: (responseOrigin) => world.startInstance(responseOrigin),
    expected: (index) => ({
      Fingerprint: layerOf(index).fingerprint,
      LayerVersionArn: layerOf(index).arn,
    }),
    calls: () => ({
      all: world.layers.calls.length,
      throttled: world.layers.calls.filter(({ error }) => error === 'TooManyRequestsException').length,
    }),
    downloads: () => world.downloads(),
    violations: () => world.violations(),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

function fingerprintOfFiles(files: LayerFiles): string {
  return fingerprintOf(
    Object.entries(files).map(([path, content]) => ({
      kind: 'file',
      path,
      isExecutable: false,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  );
}
