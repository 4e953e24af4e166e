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
    const service = this.#options.services[name];
    const index = this.#count;
    this.#count += 1;
    const requestId = `request-${index}`;
    const { contentType } = service;
    try {
      const { action, input } = this.#parse(service, request);
      const call = this.#call(name, { action, input, caller, index });
      const answer = this.#answer(service, call);
      return { status: 200, contentType, body: service.writeAnswer(action, answer, requestId), requestId };
    } catch (error) {
      if (error instanceof BrokenConnection) return 'reset';
      if (!(error instanceof AwsError)) throw error;
      return { status: error.status, contentType, body: service.writeError(error, requestId), requestId };
    }
  }

  /** @throws AwsError for what no client of AWS sends. */
  #parse(service: AwsService, request: WireRequest): ReturnType<AwsService['parse']> {
    const { journal } = this.#options;
    try {
      const parsed = service.parse(request);
      journal.count(parsed.action);
      return parsed;
    } catch (error) {
      if (error instanceof AwsError) journal.violations.push(`A call is refused: ${error.message}`);
      throw error;
    }
  }

  /** @throws AwsError, BrokenConnection */
  #answer(service: AwsService, call: SimulatedCall): Record<string, unknown> {
    const fault = this.#options.faults.take(call);
    const isLost = fault?.kind === 'lost-answer';
    try {
      const answer = this.#carryOut(service, call, fault, this.#lag());
      if (!isLost) return answer;
    } catch (error) {
      if (!isLost || !(error instanceof AwsError)) throw error;
    }
    throw new BrokenConnection();
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

/** An error that a test asked for. */
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
