import { printable } from '../printable-text.ts';
import {
  deadLetterQueueName,
  functionName,
  type ProviderName,
  type ServicePlace,
  serviceTokenArn,
  serviceTokenParameterName,
  sweepRuleName,
} from '../service/service-name.ts';
import { type Check, checkReading } from './check.ts';
import type { Reading } from './reading.ts';
import { bringBack } from './remedy.ts';

/* What the functions depend on: one check for each. */

/** How long an event of a provider may wait before it is given up. */
export const PROVIDER_EVENT_AGE_SECONDS = 900;

/** Whether a provider that dies is answered for. @param destination An ARN; undefined where there is none. */
export function checkFailureDestination(
  name: ProviderName,
  destination: Reading<string | undefined>,
  place: ServicePlace,
): Check {
  const provider = functionName(name, place.qualifier);
  const undelivered = functionName('undelivered', place.qualifier);
  const wanted = serviceTokenArn(name, place).replace(provider, undelivered);
  const configuration = JSON.stringify({ OnFailure: { Destination: wanted } });
  // It replaces the whole configuration.
  const remedy = `aws lambda put-function-event-invoke-config --function-name ${provider} --qualifier '$LATEST' --maximum-retry-attempts 0 --maximum-event-age-in-seconds ${PROVIDER_EVENT_AGE_SECONDS} --destination-config '${configuration}'`;
  return checkReading({ check: 'failure-destination', subject: provider }, destination, (arn) => {
    if (arn === wanted) return { state: 'ok', text: `${undelivered} answers where it dies` };
    const there =
      arn === undefined
        ? 'it has no on-failure destination'
        : `its on-failure destination is ${printable(arn)}`;
    return {
      state: 'wrong',
      text: `${there}: where it dies, a stack waits for its timeout`,
      remedy,
    };
  });
}

/** Whether the parameter with a provider's service token says what the provider's name says. */
export function checkServiceToken(
  name: ProviderName,
  value: Reading<string | undefined>,
  place: ServicePlace,
): Check {
  const subject = serviceTokenParameterName(name, place.qualifier);
  const wanted = serviceTokenArn(name, place);
  return checkReading({ check: 'service-token', subject }, value, (token) => {
    if (token === wanted) return { state: 'ok', text: token };
    if (token === undefined) {
      return { state: 'wrong', text: 'the parameter is missing', remedy: putToken(subject, wanted) };
    }
    return {
      state: 'wrong',
      text: `holds ${printable(token)}, which is not ${wanted}`,
      remedy: putToken(subject, wanted),
    };
  });
}

function putToken(parameter: string, value: string): string {
  return `aws ssm put-parameter --name ${parameter} --type String --value ${value} --overwrite`;
}

/** @param messages How many wait in the queue; undefined where there is no queue. */
export function checkDeadLetters(messages: Reading<number | undefined>, qualifier: string): Check {
  const subject = deadLetterQueueName(qualifier);
  return checkReading({ check: 'dead-letters', subject }, messages, (count) => {
    if (count === undefined)
      return { state: 'wrong', text: 'the queue is missing', remedy: bringBack(qualifier) };
    if (count === 0) return { state: 'ok', text: 'empty' };
    return {
      state: 'wrong',
      text: `${count} ${count === 1 ? 'start' : 'starts'} of scheduled scaling could not be delivered`,
      remedy: 'read the messages (ERROR_CODE says why), see docs/operations.md, then purge the queue',
    };
  });
}

/** @param ruleState `ENABLED`, `DISABLED`, …; undefined where there is no rule. */
export function checkSweep(ruleState: Reading<string | undefined>, qualifier: string): Check {
  const subject = sweepRuleName(qualifier);
  return checkReading({ check: 'sweep', subject }, ruleState, (state) => {
    if (state === undefined)
      return { state: 'wrong', text: 'the rule is missing', remedy: bringBack(qualifier) };
    if (state.startsWith('ENABLED')) return { state: 'ok', text: 'looks every 15 minutes' };
    return {
      state: 'wrong',
      text: `is ${state}: scheduled scaling that was missed is not noticed`,
      remedy: `aws events enable-rule --name ${subject}`,
    };
  });
}

/** @param setting `ENABLED` or `DISABLED`, of the account's registry in this Region. */
export function checkBlobMounting(setting: Reading<string>): Check {
  return checkReading({ check: 'blob-mounting', subject: 'ECR BLOB_MOUNTING' }, setting, (value) =>
    value === 'ENABLED'
      ? { state: 'ok', text: 'on: copies within the registry take no time' }
      : {
          state: 'note',
          text: 'off: layers that the registry has in another repository are copied, not mounted',
          remedy: 'aws ecr put-account-setting --name BLOB_MOUNTING --value ENABLED',
        },
  );
}
