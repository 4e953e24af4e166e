import { describe, test } from 'node:test';

/** Suites by name, and their tests by name. */
export type PlayedSuites = Readonly<Record<string, Readonly<Record<string, () => Promise<void> | void>>>>;

/**
 * Declares tests that play for long. Each is carried out before the first of them is declared, and tells then what came
 * of it: once a test is declared node:test follows every promise of the process, which would cost a quarter of the time.
 */
export async function declarePlayed(suites: PlayedSuites): Promise<void> {
  const failures = new Map<unknown, unknown>();
  for (const play of Object.values(suites).flatMap((tests) => Object.values(tests))) {
    try {
      await play();
    } catch (error) {
      failures.set(play, error);
    }
  }
  for (const [suite, tests] of Object.entries(suites)) {
    describe(suite, () => {
      for (const [name, play] of Object.entries(tests)) {
        test(name, () => {
          if (failures.has(play)) throw failures.get(play);
        });
      }
    });
  }
}
