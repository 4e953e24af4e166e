import type { ExampleStep } from './example-run/step.ts';
import { duration } from './progress.ts';
import { type Cell, table } from './table.ts';

/** The run's result: a row for each answer, with what was found in the account after it. */
export function answerTable(steps: readonly ExampleStep[]): string {
  return table(['resource', 'request', 'answer', 'time'], steps.map(row));
}

function row({ answer, occasion, details, findings }: ExampleStep): Cell[] {
  return [
    [answer.resourceType, answer.logicalId, answer.stack],
    [answer.request, occasion],
    [...details, ...findings.map(({ text }) => text)],
    duration(answer.durationMs),
  ];
}
