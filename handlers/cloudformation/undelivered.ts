import type { Context } from 'aws-lambda';
import { ProviderError } from '../errors.ts';
import { type AnswerAddress, findAnswerAddress } from './event.ts';
import { type Lifecycle, RESPOND_SHARE } from './lifecycle.ts';
import { describeUndelivered, type OnFailureRecord, parseOnFailureRecord } from './on-failure-record.ts';
import { CREATE_FAILED_ID } from './physical-resource-id.ts';
import { failed, type Response, succeeded } from './response.ts';
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
    const response = responseTo(address, record);
    try {
      await lifecycle.respond(
        address.responseUrl,
        response.body,
        context.getRemainingTimeInMillis() * RESPOND_SHARE,
      );
    } catch (error) {
      log.error('Not answered', { error });
      // A place that answers don't go to will not become one by trying again.
      if (!(error instanceof ProviderError) || error.code !== 'InvalidRequest') throw error;
      return { status: 'IGNORED' };
    }
    const durationMs = now() - startedAt;
    const { status, code, reason } = response;
    log.info(`Answered ${status}`, { status, code, reason, durationMs });
    lifecycle.onAnswered?.({
      resourceType: 'undelivered',
      requestType: address.requestType ?? 'unknown',
      status,
      durationMs,
    });
    return { status };
  };
}

/**
 * FAILED, but for the Delete after a failed Create: there is nothing to delete, and a provider that can't start
 * would leave the stack in ROLLBACK_FAILED for it.
 */
function responseTo(address: AnswerAddress, record: OnFailureRecord): Response {
  const pointer = { logGroupName: `/aws/lambda/${record.functionName}`, requestId: record.requestId };
  const { requestType, physicalResourceId } = address;
  if (requestType === 'Delete' && physicalResourceId === CREATE_FAILED_ID) {
    return succeeded(address, { physicalResourceId, attributes: {} }, pointer);
  }
  return failed(address, describeUndelivered(record), pointer);
}
