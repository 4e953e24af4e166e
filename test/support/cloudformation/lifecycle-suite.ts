import { describe, test } from 'node:test';
import { creationCases } from './lifecycle/creation.ts';
import { deliveryCases } from './lifecycle/delivery.ts';
import { removalCases } from './lifecycle/removal.ts';
import { type CaseDefinition, type LifecycleSuiteOptions, playCase } from './lifecycle/stage.ts';
import { updateCases } from './lifecycle/update.ts';

export type {
  Hold,
  LifecycleSamples,
  LifecycleSuiteOptions,
  LifecycleWorld,
  Surroundings,
} from './lifecycle/stage.ts';

/** One case, ready to run. */
export interface LifecycleCase {
  readonly name: string;
  /** Fails by throwing. @returns why the case does not apply to this type. */
  readonly run: () => Promise<string | undefined>;
}

const CASES: readonly CaseDefinition[] = [
  ...creationCases,
  ...updateCases,
  ...removalCases,
  ...deliveryCases,
];

/** The suite as data, so that a test can expect a case to fail. */
export function lifecycleCases(options: LifecycleSuiteOptions): LifecycleCase[] {
  return CASES.filter(({ isFor = () => true }) => isFor(options)).map((definition) => ({
    name: definition.name,
    run: () => playCase(definition, options),
  }));
}

/**
 * The tests that every resource type passes: what CloudFormation does to a resource in its life, in CloudFormation's
 * order, with every answer held against the rules. Each case has a world, a response server and stacks of its own.
 */
export function lifecycleSuite(options: LifecycleSuiteOptions): void {
  describe(`${options.name} through its life`, () => {
    for (const { name, run } of lifecycleCases(options)) {
      test(name, async (context) => {
        const reason = await run();
        if (reason !== undefined) context.skip(reason);
      });
    }
  });
}
