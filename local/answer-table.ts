import type { ExampleStep } from './example-run.ts';
import { duration } from './progress.ts';
import { type Cell, table } from './table.ts';

/** The run's result: a row for each answer, with what another program found in the registry after it. */
export function answerTable(steps: readonly ExampleStep[]): string {
  return table(['resource', 'request', 'answer', 'time'], steps.map(row));
}

function row(step: ExampleStep): Cell[] {
  const { answer } = step;
  return [
    [answer.resourceType, answer.logicalId],
    answer.request,
    [
      [answer.status, step.origin && `Origin ${step.origin}`].filter(Boolean).join(', '),
      ...(step.digest === undefined ? [] : [step.digest]),
      verdict(step),
    ],
    duration(answer.durationMs),
  ];
}

function verdict({ inspection, isConfirmed }: ExampleStep): string {
  switch (inspection.found) {
    case 'unknown':
      return inspection.reason;
    case 'nothing':
      return isConfirmed ? 'confirmed by skopeo inspect: the image is gone' : 'skopeo inspect finds no image';
    case 'image':
      return isConfirmed
        ? 'confirmed by skopeo inspect'
        : `skopeo inspect finds another image: ${inspection.digest}`;
  }
}
