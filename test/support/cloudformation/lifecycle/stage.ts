import assert from 'node:assert/strict';
import type { Provider } from '../asynchronous-delivery.ts';
import type { DeploymentStatus } from '../deployment.ts';
import type { RecordedExchange } from '../operation.ts';
import { type ResponseServer, startResponseServer } from '../response-server.ts';
import { DEFAULT_ACCOUNT_ID, DEFAULT_PARTITION, DEFAULT_REGION, type DeployResult, Stack } from '../stack.ts';
import { BUILT_IN_TYPE, getAtt, type Template, type TemplateProperties } from '../template.ts';
import type { Rule, Violation } from '../violation.ts';

/** Where the stacks of the suite are, and where their answers go. */
export interface Surroundings {
  /** `http://127.0.0.1:<port>`: the one place that a provider may PUT answers to. */
  readonly responseOrigin: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** The present status of one of the suite's stacks; undefined for any other. */
  readonly statusOf: (stackId: string) => string | undefined;
}

/** Property sets without ServiceToken and ServiceTimeout: the suite adds them. */
export interface LifecycleSamples {
  readonly valid: TemplateProperties;
  /** Another valid set, which changes the resource under the same physical id. */
  readonly inPlace?: TemplateProperties;
  /** Another valid set, which makes a resource with another physical id. */
  readonly replacement?: TemplateProperties;
  /** A set that is refused. */
  readonly invalid: TemplateProperties;
  /** The property that is wrong in it: a failure's Reason names it. */
  readonly invalidProperty: string;
  /** A property of `valid` that is required: a failure's Reason names it. Default: there is none. */
  readonly requiredProperty?: string;
}

/** Something the provider waits for and does not get. */
export interface Hold {
  /** Resolved when the provider has come to it. */
  readonly reached: Promise<void>;
  readonly release: () => void;
}

/** A provider with everything it works on. Each case has a world of its own. */
export interface LifecycleWorld {
  readonly provider: Provider;
  readonly samples: LifecycleSamples;
  readonly cleanup: () => Promise<void>;
  /** Everything the provider logged so far. */
  readonly log?: () => string;
  /**
   * What the provider made, as data: where it is given, the suite compares it before and after requests that must
   * not leave a trace. The samples then have to be such that a Delete removes what a Create made.
   */
  readonly observe?: () => Promise<unknown>;
  /** Makes the next Create of `valid` wait half-way, until it is released. */
  readonly hold?: () => Hold;
  /** Takes away what the Create of `valid` made, behind the provider's back. */
  readonly vanish?: () => Promise<void>;
}

export interface LifecycleSuiteOptions {
  /** For the tests' names. */
  readonly name: string;
  /** `Custom::…` */
  readonly resourceType: string;
  /** Every attribute it documents. */
  readonly attributes: readonly string[];
  readonly start: (surroundings: Surroundings) => Promise<LifecycleWorld>;
  /** The type reads and answers: nothing that is asked of it changes what can be observed. Default false. */
  readonly makesNothing?: boolean;
  /** Its attributes are names of its own, and two resources can't have the same properties. Default false. */
  readonly isNamed?: boolean;
  /** It keeps its physical id for ever, whatever changes. Default false. */
  readonly isNeverReplaced?: boolean;
  /** A property that changes nothing but that CloudFormation asks again. Default `DeploymentId`. */
  readonly neutralProperty?: string;
  /** The longest that a case waits for an answer, in milliseconds. Default 30 000. */
  readonly patienceMs?: number;
  /** What is left of the time limit in the cases where the provider is held up, in milliseconds. Default 3 000. */
  readonly heldMs?: number;
}

/** A case as it is written down. It fails by throwing. @returns why it does not apply to this type. */
export interface CaseDefinition {
  readonly name: string;
  /** Rules that the case breaks on purpose. */
  readonly allows?: readonly Rule[];
  /** Whether there is such a case for the type at all. Default: there is. */
  readonly isFor?: (options: LifecycleSuiteOptions) => boolean;
  readonly run: (stage: Stage) => Promise<string | undefined>;
}

/** The rules were broken. */
export class RuleViolations extends Error {
  override readonly name = 'RuleViolations';
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(violations.map(({ rule, sentence }) => `${rule}? ${sentence}`).join('\n'));
    this.violations = violations;
  }
}

export const SERVICE_TOKEN = `arn:aws:lambda:${DEFAULT_REGION}:${DEFAULT_ACCOUNT_ID}:function:subject`;
/** The logical id of the resource under test. */
export const SUBJECT = 'Subject';
/** A built-in resource that fails where a case says so. */
export const BREAKER = 'Breaker';
/** A built-in resource that holds the subject's attributes. */
export const DEPENDANT = 'Dependant';
/** In seconds. Longer than any case takes; short enough that nobody waits for an hour. */
const SERVICE_TIMEOUT = 300;
const DEFAULT_HELD_MS = 3_000;

/** What a case plays on: a world, a stack, and the response server between them. */
export class Stage {
  readonly options: LifecycleSuiteOptions;
  readonly world: LifecycleWorld;
  readonly responses: ResponseServer;
  readonly stack: Stack;
  readonly #stacks: Stack[] = [];

  constructor(options: LifecycleSuiteOptions, world: LifecycleWorld, responses: ResponseServer) {
    this.options = options;
    this.world = world;
    this.responses = responses;
    this.stack = this.newStack();
  }

  get samples(): LifecycleSamples {
    return this.world.samples;
  }

  get heldMs(): number {
    return this.options.heldMs ?? DEFAULT_HELD_MS;
  }

  /** Another stack beside the first; `provider` in place of the world's. */
  newStack(stackName = 'example', provider: Provider = this.world.provider): Stack {
    const { resourceType, attributes, patienceMs } = this.options;
    const stack = new Stack({
      responses: this.responses,
      providers: { [SERVICE_TOKEN]: provider },
      stackName,
      attributes: { [resourceType]: attributes },
      ...(patienceMs !== undefined && { patienceMs }),
      ...(this.world.log && { log: this.world.log }),
    });
    this.#stacks.push(stack);
    return stack;
  }

  /** Undefined for a stack that is not one of these. */
  statusOf(stackId: string): string | undefined {
    return this.#stacks.find((stack) => stack.stackId === stackId)?.status;
  }

  /** A set of properties as a template has them. */
  properties(sample: TemplateProperties): TemplateProperties {
    return { ServiceToken: SERVICE_TOKEN, ServiceTimeout: SERVICE_TIMEOUT, ...sample };
  }

  /** A template with the subject alone. */
  template(sample: TemplateProperties = this.samples.valid, others: Template = {}): Template {
    const subject = { type: this.options.resourceType, properties: this.properties(sample) };
    return { [SUBJECT]: subject, ...others };
  }

  /** A template with the subject and, after it, a resource that may fail: `generation` makes it change. */
  templateWithBreaker(sample: TemplateProperties, generation: number): Template {
    const properties = { Generation: generation };
    return this.template(sample, { [BREAKER]: { type: BUILT_IN_TYPE, properties, dependsOn: [SUBJECT] } });
  }

  /** A template with the subject and a resource that takes every attribute of it. */
  templateWithDependant(sample: TemplateProperties, others: Template = {}): Template {
    const properties = Object.fromEntries(
      this.options.attributes.map((name) => [name, getAtt(SUBJECT, name)]),
    );
    return this.template(sample, { [DEPENDANT]: { type: BUILT_IN_TYPE, properties }, ...others });
  }

  /** What the provider made, or nothing where the world can't be observed. */
  async observe(): Promise<unknown> {
    return this.world.observe?.();
  }

  async assertUnchanged(before: unknown, when: string): Promise<void> {
    assert.deepEqual(await this.observe(), before, `The world is another one ${when}`);
  }

  /** @throws RuleViolations */
  async assertRules(allowed: readonly Rule[] = []): Promise<void> {
    const violations: Violation[] = [];
    for (const stack of this.#stacks) {
      await stack.settle();
      violations.push(...(await stack.violations()));
    }
    const broken = violations.filter(({ rule }) => !allowed.includes(rule));
    if (broken.length > 0) throw new RuleViolations(broken);
  }
}

/** Runs one case in a world of its own, and leaves nothing behind. @returns why the case does not apply. */
export async function playCase(
  definition: CaseDefinition,
  options: LifecycleSuiteOptions,
): Promise<string | undefined> {
  const responses = await startResponseServer();
  let stage: Stage | undefined;
  try {
    const world = await options.start({
      responseOrigin: responses.origin,
      partition: DEFAULT_PARTITION,
      region: DEFAULT_REGION,
      accountId: DEFAULT_ACCOUNT_ID,
      statusOf: (stackId) => stage?.statusOf(stackId),
    });
    try {
      const played = new Stage(options, world, responses);
      stage = played;
      const skipped = await definition.run(played).catch(async (error: unknown) => {
        // A broken rule says more than the surprise that came of it.
        await played.assertRules(definition.allows);
        throw error;
      });
      await played.assertRules(definition.allows);
      return skipped;
    } finally {
      await world.cleanup();
    }
  } finally {
    await responses.stop();
  }
}

/** @throws AssertionError naming what failed. */
export function assertStatus(result: DeployResult, status: DeploymentStatus): void {
  const failures = result.failures.map(
    ({ logicalId, phase, reason }) => `${logicalId} (${phase}): ${reason}`,
  );
  assert.equal(result.status, status, `${result.status} instead of ${status}. ${failures.join('; ')}`);
}

/** The requests for the subject, as `Update forward` or `Delete cleanup`. */
export function subjectRequests(result: DeployResult): string[] {
  return subjectExchanges(result).map(({ request, phase }) => `${request.RequestType} ${phase}`);
}

export function subjectExchanges(result: DeployResult): RecordedExchange[] {
  return result.exchanges.filter(({ request }) => request.LogicalResourceId === SUBJECT);
}

/** The one request of this type in a deployment. @throws AssertionError where there is none. */
export function getExchange(result: DeployResult, name: string): RecordedExchange {
  const found = subjectExchanges(result).find(
    ({ request, phase }) => `${request.RequestType} ${phase}` === name,
  );
  assert.ok(found, `The deployment had no ${name}, but ${subjectRequests(result).join(', ')}`);
  return found;
}

/** The answer's content without the request's own ids: what must be the same while the world is. */
export function contentOf(exchange: RecordedExchange): string {
  const { answer } = exchange;
  assert.ok(answer, `${exchange.request.RequestType} was not answered`);
  const { Status, PhysicalResourceId, Data, NoEcho, Reason } = answer;
  return JSON.stringify({ Status, PhysicalResourceId, Data, NoEcho, Reason });
}

/** @throws AssertionError where the request did not fail with a reason that names all of these. */
export function assertRefused(exchange: RecordedExchange, ...named: readonly string[]): void {
  assert.equal(exchange.outcome, 'FAILED', `${exchange.request.RequestType} ended in ${exchange.outcome}`);
  for (const name of named) {
    const reason = exchange.answer?.Reason ?? '';
    assert.ok(reason.includes(name), `The reason does not name ${name}: ${reason}`);
  }
}
