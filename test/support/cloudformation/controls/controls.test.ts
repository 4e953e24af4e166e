import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RuleViolations } from '../lifecycle/stage.ts';
import { lifecycleCases, lifecycleSuite } from '../lifecycle-suite.ts';
import { CONTROLS } from './faulty-providers.ts';
import { thingSuite } from './thing-provider.ts';

lifecycleSuite(thingSuite());

describe('The lifecycle suite catches a provider that', () => {
  for (const { name, fault, caughtBy, as, patienceMs } of CONTROLS) {
    test(name, async () => {
      const cases = lifecycleCases({
        ...thingSuite(fault),
        ...(patienceMs !== undefined && { patienceMs }),
      });
      const [expected, ...others] = cases.filter((one) => one.name.startsWith(caughtBy));
      assert.ok(expected && others.length === 0, `No single case is called "${caughtBy}…"`);
      const failure = await expected.run().then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(failure instanceof Error, 'It was not caught');
      if (as instanceof RegExp) {
        assert.match(failure.message, as);
      } else {
        assert.ok(failure instanceof RuleViolations, `It was caught otherwise: ${failure.message}`);
        assert.ok(
          failure.violations.some(({ rule }) => rule === as),
          failure.message,
        );
      }
    });
  }
});
