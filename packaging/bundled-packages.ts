/**
 * The packages that the functions' bundles are made of, beside those that these stand on. All of them are
 * devDependencies: whoever installs the npm package gets the bundles, and none of the packages.
 */
export const BUNDLED_PACKAGES: readonly string[] = [
  '@aws-lambda-powertools/logger',
  '@aws-lambda-powertools/metrics',
  '@aws-lambda-powertools/tracer',
  '@aws-sdk/client-application-auto-scaling',
  '@aws-sdk/client-cloudformation',
  '@aws-sdk/client-docdb',
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-ecr',
  '@aws-sdk/client-ecs',
  '@aws-sdk/client-eventbridge',
  '@aws-sdk/client-lambda',
  '@aws-sdk/client-scheduler',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-sfn',
  '@aws-sdk/client-ssm',
  '@middy/core',
  'ipaddr.js',
  'picomatch',
  'temporal-polyfill',
  'undici',
  'yauzl',
];
