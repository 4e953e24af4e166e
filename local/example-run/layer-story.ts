import { join } from 'node:path';
import { CONSUMER_STACKS, LAYER_STACK } from '../deployed.ts';
import { runDeploytime } from '../deploytime-command.ts';
import { buildExampleLayer, type LayerBuild } from '../layer/example-layer.ts';
import { codeSha256Of } from '../layer-versions.ts';
import { deleteExample, deployExamples, getStack } from './deployment.ts';
import { type FunctionState, movementFinding, readFunction } from './function-state.ts';
import type { ExampleRun } from './run.ts';
import type { ExampleStep, Finding } from './step.ts';

const LAYER = 'Custom::LayerFingerprint';

/** One build of the layer, and what it has to do to the functions that use it. */
interface Chapter {
  readonly occasion: string;
  readonly build: LayerBuild;
  readonly isToMove: boolean;
}

const CHAPTERS: readonly Chapter[] = [
  { occasion: 'the layer is new', build: { builtAt: new Date('2026-01-01') }, isToMove: false },
  {
    occasion: 'it is built again',
    build: { builtAt: new Date('2026-01-02'), isReversed: true },
    isToMove: false,
  },
  {
    occasion: 'one byte is changed',
    build: { builtAt: new Date('2026-01-03'), isChanged: true },
    isToMove: true,
  },
];

/** What the run knows of the layer after a build. */
interface Published {
  /** As the command line computes it of the zip. */
  readonly fingerprint: string;
  readonly layerVersionArn: string;
  readonly codeSha256: string | undefined;
}

/**
 * Deploys a layer and two stacks that use it; builds the layer again with other times and in another order; changes
 * one byte of it.
 */
export async function tellOfLayers(run: ExampleRun): Promise<ExampleStep[]> {
  const steps: ExampleStep[] = [];
  const functions = new Map<string, FunctionState>();
  let former: Published | undefined;
  for (const [index, { occasion, build, isToMove }] of CHAPTERS.entries()) {
    const zip = join(run.folder, `layer-${index + 1}.zip`);
    await buildExampleLayer(zip, build);
    const answers = await deployExamples(run, {
      title: `cdk deploy a layer and two stacks that use it: ${occasion}`,
      stacks: [LAYER_STACK, ...CONSUMER_STACKS],
      context: { 'example:LayerPath': zip, 'deploytime:DeploymentId': String(index + 1) },
      asked: CONSUMER_STACKS.map(() => LAYER),
    });
    const published = await readPublished(run, zip);
    for (const answer of answers) {
      const { outputs } = await getStack(run, answer.stack);
      const { Fingerprint = '', LayerVersionArn = '', LayerDescription = '', LayerVersion } = outputs;
      const now = await readFunction(run.account, outputs.FunctionName ?? '', run.signal);
      const movement = movementFinding({
        before: functions.get(answer.stack),
        now,
        answered: LayerVersionArn,
        name: `version ${LayerVersion}`,
        isToMove,
      });
      functions.set(answer.stack, now);
      steps.push({
        answer,
        occasion,
        details: [`SUCCESS, version ${LayerVersion}, Fingerprint`, Fingerprint],
        findings: [
          confirmation(Fingerprint, published),
          publication(outputs.LatestLayerVersionArn, published, former),
          movement,
          description(now, LayerDescription),
        ],
      });
    }
    former = published;
  }
  return steps;
}

/** Deletes the stacks that use the layer, and the layer's own. */
export async function endLayers(run: ExampleRun): Promise<ExampleStep[]> {
  for (const name of CONSUMER_STACKS) await deleteExample(run, name, [LAYER]);
  await deleteExample(run, LAYER_STACK, []);
  return [];
}

async function readPublished(run: ExampleRun, zip: string): Promise<Published> {
  const { account, signal } = run;
  const layerVersionArn = (await getStack(run, LAYER_STACK)).outputs.LayerVersionArn ?? '';
  return {
    fingerprint: await runDeploytime(account, ['fingerprint', zip], signal),
    layerVersionArn,
    codeSha256: await codeSha256Of(account, layerVersionArn, signal),
  };
}

function confirmation(fingerprint: string, published: Published): Finding {
  return fingerprint === published.fingerprint
    ? { text: 'confirmed by deploytime fingerprint', isRight: true }
    : { text: `deploytime fingerprint says ${published.fingerprint}`, isRight: false };
}

/** The build is what the service has for the newest; another version than before, or there were nothing to tell. */
function publication(
  latest: string | undefined,
  { layerVersionArn, codeSha256 }: Published,
  former: Published | undefined,
): Finding {
  const newest = `newest: version ${latest?.split(':').at(-1)}`;
  if (latest !== layerVersionArn) return { text: `${newest}, not ${layerVersionArn}`, isRight: false };
  if (former === undefined) return { text: newest, isRight: true };
  return layerVersionArn !== former.layerVersionArn && codeSha256 !== former.codeSha256
    ? { text: `${newest}, with another CodeSha256`, isRight: true }
    : { text: `${newest}, which is no new one`, isRight: false };
}

/** The function's own words, and what it depends on. */
function description({ description: text }: FunctionState, layer: string): Finding {
  return { text, isRight: layer !== '' && text.endsWith(layer) };
}
