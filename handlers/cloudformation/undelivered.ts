import type { Context } from 'aws-lambda';
import { ProviderError } from '../errors.ts';
import { findAnswerAddress } from './event.ts';
import { type Lifecycle, RESPOND_SHARE } from './lifecycle.ts';
import { describeUndelivered, parseOnFailureRecord } from './on-failure-record.ts';
import { failed } from './response.ts';
import { parseStackId } from './stack-id.ts';

/**
 * Answers FAILED for a provider that died: it ran out of time or memory, exited, failed at its start, or was
 * throttled for too long. CloudFormation would wait an hour for it otherwise.
 * Should the provider have answered after all, CloudFormation has moved on and ignores this answer.
 *
 * The promise rejects where the answer could not be delivered, so that Lambda tries again.
 */
export function answerUndelivered(lifecycle: Lifecycle) {
  const now = lifecycle.now ?? Date.now;
  return async (event: unknown, context: Context): Promise<{ status: string }> => {
    const startedAt = now();
    const record = parseOnFailureRecord(event);
    const { log } = lifecycle;
    log.appendKeys({ provider: record.functionName, providerRequestId: record.requestId });
    const address = findAnswerAddress(record.event);
    if (!address) {
      log.error('The record holds no request with a ResponseURL: there is nobody to answer', {});
      return { status: 'IGNORED' };
    }
    log.appendKeys({
      stack: parseStackId(address.stackId)?.stackName ?? 'unknown',
      logicalId: address.logicalResourceId.slice(0, 255),
      requestType: address.requestType ?? 'unknown',
    });
    const response = failed(address, describeUndelivered(record), {
      logGroupName: `/aws/lambda/${record.functionName}`,
      requestId: record.requestId,
    });
    try {
      await lifecycle.respond(
        address.responseUrl,
        response.body,
        context.getRemainingTimeInMillis() * RESPOND_SHARE,
      );
    } catch (error) {
      // A place that answers don't go to will not become one by trying again.
      if (!(error instanceof ProviderError) || error.code !== 'InvalidRequest') throw error;
      log.error('Not answered', { error });
      return { status: 'IGNORED' };
    }
    const durationMs = now() - startedAt;
    log.info('Answered FAILED', { code: response.code, reason: response.reason, durationMs });
    lifecycle.onAnswered?.({
      resourceType: 'undelivered',
      requestType: address.requestType ?? 'unknown',
      status: 'FAILED',
      durationMs,
    });
    return { status: 'FAILED' };
  };
}
