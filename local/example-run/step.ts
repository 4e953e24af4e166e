import type { Answer } from '../answers.ts';
import type { EndedExecution } from '../scaling-execution.ts';
import type { Inspection } from '../skopeo.ts';

/** Something that was looked up after an answer, in the account or by another program. */
export interface Finding {
  readonly text: string;
  /** Whether it is as it must be after the answer. Undefined where nobody could look. */
  readonly isRight: boolean | undefined;
}

/** An answer or a run, and what was found after it. */
export interface ExampleStep {
  readonly answer: Answer | EndedExecution;
  /** Why it was asked, in a few words. */
  readonly occasion: string;
  /** The answer itself, a line each. */
  readonly details: readonly string[];
  readonly findings: readonly Finding[];
}

/** Whether the registry holds the image that was answered. */
export function presentImage(inspection: Inspection, digest: string): Finding {
  switch (inspection.found) {
    case 'unknown':
      return { text: inspection.reason, isRight: undefined };
    case 'nothing':
      return { text: 'skopeo inspect finds no image', isRight: false };
    case 'image':
      return inspection.digest === digest
        ? { text: 'confirmed by skopeo inspect', isRight: true }
        : { text: `skopeo inspect finds another image: ${inspection.digest}`, isRight: false };
  }
}

/** Whether the registry holds nothing any more. */
export function absentImage(inspection: Inspection): Finding {
  switch (inspection.found) {
    case 'unknown':
      return { text: inspection.reason, isRight: undefined };
    case 'nothing':
      return { text: 'confirmed by skopeo inspect: the image is gone', isRight: true };
    case 'image':
      return { text: `skopeo inspect still finds an image: ${inspection.digest}`, isRight: false };
  }
}
