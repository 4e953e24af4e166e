/**
 * Time limits of each attempt of the AWS SDK's clients, in milliseconds: their `requestHandler`. By themselves they
 * wait for minutes for an answer.
 * @see https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#request-handler-requesthandler
 */
export const AWS_TIMEOUTS = {
  /** To establish the connection. */
  connectionTimeout: 3_000,
  /** Between the request and the headers of the response; the slowest call of ours takes a second. */
  requestTimeout: 20_000,
  /** Without it the SDK would only write a warning. */
  throwOnRequestTimeout: true,
  /** Without any traffic: content that stalls. */
  socketTimeout: 20_000,
} as const;
