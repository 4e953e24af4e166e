import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Account } from '../../../local/account.ts';
import { runDeploytime } from '../../../local/deploytime-command.ts';
import type { Values } from './example-stack.ts';
import type { LayerStack } from './layer-stack.ts';
import { ROOT } from './python-program.ts';
import { invoke, layersOfFunction } from './running-code.ts';

const NEVER = new AbortController().signal;
/** A price without tax, and with it, as the layer's module tells. */
const EVENT = { net: '10.00' };
const ANSWER = { gross: '11.90' };

/** A layer and the stacks that use it, and how they are deployed. */
export interface LayeredExample {
  readonly account: Account;
  /** The layer's folder, from the project's root. */
  readonly folder: string;
  readonly layer: LayerStack;
  /** Deploys the stacks that use it. @returns the outputs of each. */
  readonly deployConsumers: (deploymentId: string) => Promise<readonly Values[]>;
}

/** Where a function's layer is looked for. */
export interface LayerUse {
  readonly account: Account;
  readonly layerName: string;
}

/** Publishes a layer, the same content built again, and another one; the functions move with the last alone. */
export async function tellOfLayer(example: LayeredExample): Promise<void> {
  const { account, folder, layer, deployConsumers } = example;
  const use = { account, layerName: layer.layerName };
  const [fingerprint] = (await runDeploytime(account, ['fingerprint', join(ROOT, folder)], NEVER)).split(' ');

  const first = await layer.publish({
    name: 'first',
    builtAt: new Date('2026-01-01T00:00:00Z'),
    isChanged: false,
  });
  for (const outputs of await deployConsumers('first')) {
    assert.equal(outputs.Fingerprint, fingerprint);
    assert.equal(outputs.LatestLayerVersionArn, first.LayerVersionArn);
    await assertUses(use, outputs, first.LayerVersionArn);
  }

  const again = await layer.publish({
    name: 'again',
    builtAt: new Date('2026-02-02T00:00:00Z'),
    isChanged: false,
  });
  assert.notEqual(again.LayerVersionArn, first.LayerVersionArn);
  for (const outputs of await deployConsumers('again')) {
    assert.equal(outputs.Fingerprint, fingerprint);
    assert.equal(outputs.LatestLayerVersionArn, again.LayerVersionArn);
    await assertUses(use, outputs, first.LayerVersionArn);
  }

  const other = await layer.publish({
    name: 'other',
    builtAt: new Date('2026-03-03T00:00:00Z'),
    isChanged: true,
  });
  for (const outputs of await deployConsumers('other')) {
    assert.notEqual(outputs.Fingerprint, fingerprint);
    await assertUses(use, outputs, other.LayerVersionArn);
  }
}

/** The function has this version, says so, and finds the module in it. */
export async function assertUses(
  { account, layerName }: LayerUse,
  { FunctionName = '', LayerVersionArn, LayerDescription, Fingerprint }: Values,
  version: string | undefined,
): Promise<void> {
  assert.equal(LayerVersionArn, version);
  assert.equal(LayerDescription, `Depend on: ${layerName}@${Fingerprint?.slice(0, 12)}`);
  const used = await layersOfFunction(account, FunctionName);
  assert.deepEqual(used, { layers: [version], description: LayerDescription });
  assert.deepEqual(await invoke(account, FunctionName, EVENT), ANSWER);
}
