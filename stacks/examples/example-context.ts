import { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { checkKeys, contextNumber, contextText } from '../context.ts';
import type { ImageFunctionExampleProps } from './image-function.ts';

/** `-c example:<property>=<value>`. */
const PREFIX = 'example:';
const PROPERTIES = [
  'DeploymentId',
  'OnDelete',
  'OnExisting',
  'Platform',
  'ServiceTimeout',
  'Source',
  'Tag',
] as const;

/**
 * Reads the example's properties from the app's context; they have the names of the resource type's properties.
 * ServiceTimeout is in seconds.
 * @throws Error for a property that does not exist, with those that do.
 */
export function readExampleContext(scope: IConstruct): ImageFunctionExampleProps {
  checkKeys(scope, PREFIX, PROPERTIES);
  const text = (property: (typeof PROPERTIES)[number]) => contextText(scope, PREFIX + property);
  const seconds = contextNumber(scope, `${PREFIX}ServiceTimeout`);
  return {
    source: text('Source'),
    tag: text('Tag'),
    // The construct itself refuses what is none of the values.
    platform: text('Platform') as ImageFunctionExampleProps['platform'],
    onExisting: text('OnExisting') as ImageFunctionExampleProps['onExisting'],
    onDelete: text('OnDelete') as ImageFunctionExampleProps['onDelete'],
    deploymentId: text('DeploymentId'),
    serviceTimeout: seconds === undefined ? undefined : Duration.seconds(seconds),
  };
}
