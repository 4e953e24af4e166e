import type { Answer } from './answers.ts';
import type { ExampleStep } from './example-run/step.ts';
import { duration } from './progress.ts';
import { type EndedExecution, STATE_MACHINE } from './scaling-execution.ts';
import { type Cell, table } from './table.ts';

/** The result: a row for each answer and each run, with what was found in the account after it. */
export function answerTable(steps: readonly ExampleStep[]): string {
  return table(['resource', 'request', 'answer', 'time'], steps.map(row));
}

function row({ answer, occasion, details, findings }: ExampleStep): Cell[] {
  return [
    subject(answer),
    ['resourceType' in answer ? answer.request : answer.input.edge, occasion],
    [...details, ...findings.map(({ text }) => text)],
    duration(answer.durationMs),
  ];
}

function subject(answer: Answer | EndedExecution): Cell {
  return 'resourceType' in answer
    ? [answer.resourceType, answer.logicalId, answer.stack]
    : [STATE_MACHINE, answer.input.scenario ?? '', answer.input.plan];
}
