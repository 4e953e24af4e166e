import type { Trouble } from './cases/scaling-case.ts';
import type { Fault, Mishap, SimulatedCall } from './simulator-faults.ts';
import type { SeededRandom } from './simulator-random.ts';

/** Refused, though the request is right: nothing is done. */
const REFUSALS: Readonly<Record<SimulatedCall['service'], readonly string[]>> = {
  documentdb: ['Throttling', 'InvalidDBInstanceState', 'InvalidDBClusterStateFault', 'AccessDenied'],
  ecs: ['ThrottlingException', 'AccessDeniedException', 'UpdateInProgressException'],
  'application-autoscaling': ['ThrottlingException', 'ConcurrentUpdateException', 'AccessDeniedException'],
};
/** Of a read, now and then. */
const READ_ERRORS = ['Throttling', 'Throttling', 'ServiceUnavailable', 'AccessDenied'];
/** What can go wrong with what a call has begun, by action. */
const MISHAPS: Readonly<Record<string, readonly Mishap[]>> = {
  ModifyDBInstance: ['pends', 'never-ends', 'fails'],
  CreateDBInstance: ['never-ends', 'fails'],
  FailoverDBCluster: ['never-ends', 'changes-nothing'],
  UpdateService: ['never-ends', 'fails'],
};

/** What goes wrong with the calls of a case; an operator's are not asked about. */
export function drawFaults(
  { changeFault, readFault, mishap }: Trouble,
  random: SeededRandom,
  isCalm: (call: SimulatedCall) => boolean,
): (call: SimulatedCall) => Fault | undefined {
  return (call) => {
    if (isCalm(call)) return undefined;
    if (!call.isMutation) return random.chance(readFault) ? readingFault(random) : undefined;
    const mishaps = MISHAPS[call.action] ?? [];
    if (mishaps.length > 0 && random.chance(mishap)) {
      return { kind: 'mishap', mishap: anyOf(mishaps, random) };
    }
    return random.chance(changeFault) ? changingFault(call, random) : undefined;
  };
}

function readingFault(random: SeededRandom): Fault {
  return random.chance(0.3)
    ? { kind: 'reset' }
    : { kind: 'error', code: anyOf(READ_ERRORS, random), ...status(random) };
}

function changingFault({ service }: SimulatedCall, random: SeededRandom): Fault {
  switch (random.integer(0, 4)) {
    case 0:
      return { kind: 'reset' };
    case 1:
      return { kind: 'lost-answer' };
    case 2:
      return { kind: 'error-afterwards', code: 'InternalFailure', status: 500 };
    case 3:
      return { kind: 'error', code: 'InternalFailure', status: 500 };
    default:
      return { kind: 'error', code: anyOf(REFUSALS[service], random) };
  }
}

/** Services don't agree on it; the code is what counts. */
function status(random: SeededRandom): { readonly status: number } {
  return { status: random.chance(0.5) ? 400 : 503 };
}

function anyOf<T>(choices: readonly T[], random: SeededRandom): T {
  return choices[random.integer(0, choices.length - 1)] as T;
}
