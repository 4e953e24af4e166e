import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';

/** What an API does, in sentences, each with how it is seen. */
export type ConformanceTests<Subject, Title extends string = string> = Readonly<
  Record<Title, (subject: Subject) => Promise<void>>
>;

/** What a server is known not to do as AWS does, by the test that would show it, with the reason. */
export type KnownDifferences<Title extends string> = Readonly<Partial<Record<Title, string>>>;

/**
 * The same tests over our own stand-in and over independent servers, so that ours is no opinion.
 * @param open Called once for each test.
 */
export function testConformance<Subject, Title extends string>(
  name: string,
  tests: ConformanceTests<Subject, Title>,
  open: (context: TestContext) => Promise<Subject>,
  differences?: KnownDifferences<Title>,
): void {
  describe(name, () => {
    for (const [title, check] of Object.entries(tests) as [Title, (subject: Subject) => Promise<void>][]) {
      const difference = differences?.[title];
      if (difference === undefined) test(title, async (context) => check(await open(context)));
      else {
        // Held too: a difference that is gone is to be taken from the list.
        test(`${title}: not here, ${difference}`, async (context) => {
          const subject = await open(context);
          await assert.rejects(() => check(subject));
        });
      }
    }
  });
}
