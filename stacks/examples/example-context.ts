import { Duration, TimeZone } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { checkKeys, contextList, contextNumber, contextText } from '../context.ts';
import type { ImageFunctionExampleProps } from './image-function.ts';
import type { LayerConsumerExampleProps } from './layer-consumer.ts';
import type { LayerProducerExampleProps } from './layer-producer.ts';
import type { ExtraBatch, NightlyBatchExampleProps } from './nightly-batch.ts';
import type { ReleasedFunctionExampleProps } from './released-function.ts';

/** `-c example:<property>=<value>`. */
const PREFIX = 'example:';
const PROPERTIES = [
  'ClusterIdentifier',
  'DeploymentId',
  'End',
  'ExtraEnd',
  'ExtraStart',
  'LayerExclude',
  'LayerParameter',
  'LayerPath',
  'OnDelete',
  'OnExisting',
  'Platform',
  'ReleaseParameter',
  'ServiceTimeout',
  'Source',
  'Start',
  'Tag',
  'Timezone',
] as const;

type Property = (typeof PROPERTIES)[number];

/** What each of the examples is given. */
export interface ExampleContext {
  readonly imageFunction: ImageFunctionExampleProps;
  readonly releasedFunction: ReleasedFunctionExampleProps;
  readonly layerProducer: LayerProducerExampleProps;
  readonly layerConsumer: LayerConsumerExampleProps;
  readonly nightlyBatch: NightlyBatchExampleProps;
}

/**
 * Reads the examples' properties from the app's context; most have the names of the resource types' properties.
 * ServiceTimeout is in seconds.
 * @param prefix What the names of this copy of the service and its examples begin with.
 * @throws Error for a property that does not exist, with those that do.
 */
export function readExampleContext(scope: IConstruct, prefix = 'deploytime'): ExampleContext {
  checkKeys(scope, PREFIX, PROPERTIES);
  const text = (property: Property) => contextText(scope, PREFIX + property);
  const seconds = contextNumber(scope, `${PREFIX}ServiceTimeout`);
  const exclude = contextList(scope, `${PREFIX}LayerExclude`);
  const serviceTimeout = seconds === undefined ? undefined : Duration.seconds(seconds);
  const request = { deploymentId: text('DeploymentId'), serviceTimeout };
  const timezone = text('Timezone');
  const image = {
    source: text('Source'),
    tag: text('Tag'),
    // The constructs themselves refuse what is none of the values.
    onExisting: text('OnExisting') as ImageFunctionExampleProps['onExisting'],
    onDelete: text('OnDelete') as ImageFunctionExampleProps['onDelete'],
  };
  const layer = {
    layerParameter: text('LayerParameter') ?? `/${prefix}-example/layer`,
    exclude: exclude && [...exclude],
  };
  return {
    imageFunction: {
      ...request,
      ...image,
      platform: text('Platform') as ImageFunctionExampleProps['platform'],
    },
    releasedFunction: {
      ...request,
      ...image,
      platform: text('Platform') as ReleasedFunctionExampleProps['platform'],
      releaseParameter: text('ReleaseParameter') ?? `/${prefix}-example/release`,
    },
    layerProducer: { ...layer, layerName: `${prefix}-example`, layerPath: text('LayerPath') },
    layerConsumer: { ...request, ...layer },
    nightlyBatch: {
      serviceTimeout,
      clusterIdentifier: text('ClusterIdentifier'),
      timezone: timezone === undefined ? undefined : TimeZone.of(timezone),
      start: text('Start'),
      end: text('End'),
      extraBatch: extraBatch({ start: text('ExtraStart'), end: text('ExtraEnd') }),
    },
  };
}

function extraBatch({ start, end }: Partial<ExtraBatch>): ExtraBatch | undefined {
  if (start === undefined && end === undefined) return undefined;
  if (start !== undefined && end !== undefined) return { start, end };
  throw new Error(
    `The context has only one of ${PREFIX}ExtraStart and ${PREFIX}ExtraEnd; a batch has both, or neither`,
  );
}
