import { printable } from '../printable-text.ts';
import { type ServiceFunctionName, type ServicePlace, servicePrefix } from '../service/service-name.ts';
import type { Check } from './check.ts';
import type { Reading } from './reading.ts';
import { bringBack, deployCommand } from './remedy.ts';

/** A Lambda function as it is now. */
export interface FunctionState {
  /** `Pending`, `Active`, `Inactive` or `Failed`. */
  readonly state: string;
  readonly stateReason: string;
  /** `Successful`, `Failed` or `InProgress`. */
  readonly lastUpdate: string;
  readonly lastUpdateReason: string;
  readonly runtime: string;
  readonly architecture: string;
  /** What its environment says; undefined where that has none. Lambda may not be able to read it, without its key. */
  readonly version: Reading<string | undefined>;
}

/** What was asked about one function of the service. */
export interface FunctionReading {
  readonly name: ServiceFunctionName;
  readonly functionName: string;
  /** Undefined: there is none. */
  readonly state: Reading<FunctionState | undefined>;
  /** Undefined: nothing is reserved, and it runs as often as the account allows. */
  readonly reservedConcurrency: Reading<number | undefined>;
}

/** Whether each function is there and able to run. */
export function checkFunctions(
  functions: readonly FunctionReading[],
  { accountId, region, qualifier }: ServicePlace,
): readonly Check[] {
  const missing = functions.filter(({ state }) => state.isKnown && state.value === undefined);
  if (missing.length === functions.length) {
    return [
      {
        check: 'service',
        subject: servicePrefix(qualifier),
        state: 'wrong',
        text: `the service is not deployed in account ${accountId}, ${region}: none of its ${functions.length} functions is there`,
        remedy: deployCommand(qualifier),
      },
    ];
  }
  return functions.flatMap((fn) => checkFunction(fn, qualifier));
}

function checkFunction(
  { functionName, state, reservedConcurrency }: FunctionReading,
  qualifier: string,
): readonly Check[] {
  const what = { check: 'function', subject: functionName } as const;
  if (!state.isKnown) return [{ ...what, state: 'unknown', text: state.because }];
  if (state.value === undefined) {
    return [{ ...what, state: 'wrong', text: 'is missing', remedy: bringBack(qualifier) }];
  }
  const checks: Check[] = [{ ...what, ...judgeState(state.value, qualifier) }];
  if (!reservedConcurrency.isKnown) {
    checks.push({ ...what, state: 'unknown', text: reservedConcurrency.because });
  } else if (reservedConcurrency.value === 0) {
    checks.push({
      ...what,
      state: 'wrong',
      text: 'its reserved concurrency is 0, so that it never runs',
      remedy: `aws lambda delete-function-concurrency --function-name ${functionName}`,
    });
  }
  return checks;
}

function judgeState(fn: FunctionState, qualifier: string): Omit<Check, 'check' | 'subject'> {
  const { state, stateReason, lastUpdate, lastUpdateReason, runtime, architecture } = fn;
  const because = (reason: string) => (reason === '' ? '' : `: ${printable(reason)}`);
  if (state === 'Failed') {
    return {
      state: 'wrong',
      text: `is Failed and can't run${because(stateReason)}`,
      remedy: `mend what the reason names, then ${deployCommand(qualifier)}`,
    };
  }
  if (lastUpdate === 'Failed') {
    return {
      state: 'wrong',
      text: `its last update failed, and what was there before runs${because(lastUpdateReason)}`,
      remedy: `mend what the reason names, then ${deployCommand(qualifier)}`,
    };
  }
  if (state === 'Inactive') {
    return {
      state: 'note',
      text: 'is Inactive, for nobody called it for weeks: its next call wakes it, and takes longer',
    };
  }
  if (state === 'Pending' || lastUpdate === 'InProgress') {
    const what = state === 'Pending' ? `is Pending${because(stateReason)}` : 'is being updated';
    return { state: 'note', text: what, remedy: 'look again in a minute' };
  }
  return { state: 'ok', text: [state, runtime, architecture].filter((part) => part !== '').join(', ') };
}
