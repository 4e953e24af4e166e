import { AwsError } from '../aws-wire/aws-error.ts';
import type { AwsService, WireRequest } from '../aws-wire/aws-service.ts';
import type { Fault, SimulatedCall, SimulatedService, SimulatorFaults } from './simulator-faults.ts';
import { MAX_READ_LAG_MS } from './simulator-history.ts';
import type { JournalEntry, SimulatorJournal, StateBefore } from './simulator-journal.ts';
import type { SeededRandom } from './simulator-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** `reset`: the connection breaks. */
export type Reply =
  | {
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly requestId: string;
    }
  | 'reset';

/** What says that the client is wrong, not that the world is another than it thought. */
const MISTAKES: ReadonlySet<string> = new Set([
  'InvalidAction',
  'InvalidQueryParameter',
  'InvalidSignatureException',
  'MissingParameter',
  'SerializationException',
  'UnknownOperationException',
]);

export interface SimulatorCallsOptions {
  readonly services: Readonly<Record<SimulatedService, AwsService>>;
  readonly clock: VirtualClock;
  readonly faults: SimulatorFaults;
  readonly journal: SimulatorJournal;
  /** Lags of reads are drawn from it. */
  readonly random: SeededRandom;
  readonly stateBefore: () => StateBefore;
}

/** How a call goes through a world: its faults, the service, the journal. */
export class SimulatorCalls {
  readonly #options: SimulatorCallsOptions;
  #readLagMs = 0;
  #count = 0;

  constructor(options: SimulatorCallsOptions) {
    this.#options = options;
  }

  get readLagMs(): number {
    return this.#readLagMs;
  }

  /** @throws RangeError over 60,000 */
  set readLagMs(milliseconds: number) {
    if (!(milliseconds >= 0 && milliseconds <= MAX_READ_LAG_MS)) {
      throw new RangeError(`A read is from 0 to ${MAX_READ_LAG_MS} ms late, not ${milliseconds}`);
    }
    this.#readLagMs = milliseconds;
  }

  receive(name: SimulatedService, request: WireRequest, caller: string): Reply {
    const { journal } = this.#options;
    const service = this.#options.services[name];
    const { contentType } = service;
    const index = this.#count;
    this.#count += 1;
    const requestId = `request-${index}`;
    let action = 'A call';
    try {
      const parsed = service.parse(request);
      action = parsed.action;
      journal.count(action);
      const call = this.#call(name, { ...parsed, caller, index });
      const fault = this.#options.faults.take(call);
      const answer = this.#carryOut(service, call, fault, this.#lag());
      if (fault?.kind === 'lost-answer') return 'reset';
      return { status: 200, contentType, body: service.writeAnswer(action, answer, requestId), requestId };
    } catch (error) {
      if (error instanceof BrokenConnection) return 'reset';
      if (!(error instanceof AwsError)) throw error;
      if (!(error instanceof InjectedError) && MISTAKES.has(error.code)) {
        journal.violations.push(`${action} is refused: ${error.message}`);
      }
      return { status: error.status, contentType, body: service.writeError(error, requestId), requestId };
    }
  }

  /**
   * A call by hand: no HTTP, no fault, no lag.
   * @throws AwsError where it is refused.
   */
  operate(name: SimulatedService, action: string, input: Record<string, unknown>): void {
    const call = this.#call(name, { action, input, caller: 'operator', index: this.#count });
    this.#carryOut(this.#options.services[name], call, undefined, 0);
  }

  #call(
    name: SimulatedService,
    call: Pick<SimulatedCall, 'action' | 'input' | 'caller' | 'index'>,
  ): SimulatedCall {
    const { clock, services } = this.#options;
    return { ...call, service: name, at: clock.now, isMutation: services[name].isMutation(call.action) };
  }

  /** @throws AwsError, BrokenConnection */
  #carryOut(service: AwsService, call: SimulatedCall, fault: Fault | undefined, lag: number) {
    const record = this.#recorder(call, fault);
    try {
      if (fault?.kind === 'reset') throw new BrokenConnection();
      if (fault?.kind === 'error') throw new InjectedError(fault);
      const mishap = fault?.kind === 'mishap' ? fault.mishap : undefined;
      const answer = service.carryOut(call.action, { ...call.input }, { readAt: call.at - lag, mishap });
      record('accepted');
      if (fault?.kind === 'error-afterwards') throw new InjectedError(fault);
      return answer;
    } catch (error) {
      record(error instanceof AwsError ? error.code : 'reset');
      throw error;
    }
  }

  /** Only the first outcome counts: an error afterwards does not undo what was accepted. */
  #recorder(call: SimulatedCall, fault: Fault | undefined): (outcome: string) => void {
    const { journal, stateBefore } = this.#options;
    if (!call.isMutation) return () => {};
    const before = stateBefore();
    let entry: JournalEntry | undefined;
    return (outcome) => {
      if (entry !== undefined) return;
      entry = { ...call, outcome, fault, before };
      journal.entries.push(entry);
    };
  }

  #lag(): number {
    return this.#readLagMs === 0 ? 0 : this.#options.random.integer(0, this.#readLagMs);
  }
}

class BrokenConnection extends Error {}

/** An error that a test asked for is nobody's mistake. */
class InjectedError extends AwsError {
  constructor({ code, status, message }: { code: string; status?: number; message?: string }) {
    super(code, message ?? `${code}, as the test wants it`, status ?? defaultStatus(code));
  }
}

function defaultStatus(code: string): number {
  if (['InternalFailure', 'InternalServiceException', 'ServerException'].includes(code)) return 500;
  if (code === 'ServiceUnavailable') return 503;
  return code === 'AccessDenied' ? 403 : 400;
}
