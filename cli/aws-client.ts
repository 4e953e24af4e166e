/** Tries of one call in all, unless AWS_MAX_ATTEMPTS says otherwise. They take about 20 s where each is throttled. */
const MAX_ATTEMPTS = 6;
/** Of each try, in milliseconds. By themselves the clients wait for minutes. */
const CONNECTION_LIMIT_MS = 3_000;
const REQUEST_LIMIT_MS = 20_000;

/**
 * How the AWS SDK's clients are set up.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function clientConfiguration(
  options: { readonly region?: string; readonly profile?: string },
  environment: NodeJS.ProcessEnv,
) {
  // The JavaScript SDK does not know AWS_DEFAULT_REGION, which the AWS CLI and many pipelines go by.
  const region = options.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  return {
    ...(region && { region }),
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(!environment.AWS_MAX_ATTEMPTS && { maxAttempts: MAX_ATTEMPTS }),
    // Slows down as a whole where AWS asks for it.
    retryMode: 'adaptive',
    requestHandler: {
      connectionTimeout: CONNECTION_LIMIT_MS,
      requestTimeout: REQUEST_LIMIT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: REQUEST_LIMIT_MS,
    },
  };
}
