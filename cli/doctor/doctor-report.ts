import type { ServicePlace } from '../service/service-name.ts';
import { type Check, type CheckState, type Verdict, verdictOf } from './check.ts';
import type { Examination } from './examination.ts';
import type { ServiceUse } from './service-use.ts';

/** What `deploytime doctor --json` prints. The fields are for ever; others may join them. */
export interface DoctorDocument {
  readonly account: string;
  readonly region: string;
  readonly qualifier: string;
  readonly verdict: Verdict;
  readonly version: { readonly deployed: readonly string[]; readonly command: string };
  readonly checks: readonly {
    readonly check: string;
    readonly subject: string;
    readonly state: CheckState;
    readonly text: string;
    readonly remedy: string | null;
  }[];
  /** Null where it was not looked for, or is not known. */
  readonly uses: readonly ServiceUse[] | null;
}

export function doctorDocument(examination: Examination, place: ServicePlace): DoctorDocument {
  const { checks, versions, command, uses } = examination;
  return {
    account: place.accountId,
    region: place.region,
    qualifier: place.qualifier,
    verdict: verdictOf(checks),
    version: { deployed: versions, command },
    checks: checks.map(({ check, subject, state, text, remedy }) => ({
      check,
      subject,
      state,
      text,
      remedy: remedy ?? null,
    })),
    uses: uses ?? null,
  };
}

type Colour = 'red' | 'green' | 'yellow';
type Paint = (colour: Colour, text: string) => string;

/** Not told by colour alone: a sign and a word. */
const STATES: Readonly<Record<CheckState, { readonly sign: string; readonly colour: Colour }>> = {
  ok: { sign: '✓', colour: 'green' },
  wrong: { sign: '✗', colour: 'red' },
  note: { sign: '!', colour: 'yellow' },
  unknown: { sign: '?', colour: 'yellow' },
};

const STATE_WIDTH = 9;

const VERDICTS: Readonly<Record<Verdict, string>> = {
  healthy: 'The service is healthy',
  unhealthy: 'Something is wrong with the service',
  undetermined: 'Nothing is known to be wrong, but not everything could be looked at',
};

/** The same for people. */
export function doctorLines(examination: Examination, place: ServicePlace, paint: Paint): readonly string[] {
  const { checks, uses } = examination;
  const verdict = verdictOf(checks);
  const widths = {
    check: Math.max(...checks.map(({ check }) => check.length)),
    subject: Math.max(...checks.map(({ subject }) => subject.length)),
  };
  return [
    `deploytime in account ${place.accountId}, ${place.region}`,
    '',
    ...checks.flatMap((check) => checkLines(check, widths, paint)),
    ...useLines(uses ?? []),
    '',
    paint(verdict === 'healthy' ? 'green' : verdict === 'unhealthy' ? 'red' : 'yellow', VERDICTS[verdict]),
  ];
}

function checkLines(
  { check, subject, state, text, remedy }: Check,
  widths: { readonly check: number; readonly subject: number },
  paint: Paint,
): readonly string[] {
  const { sign, colour } = STATES[state];
  const word = `${sign} ${state}`.padEnd(STATE_WIDTH);
  const name = check.padEnd(widths.check);
  const line = `${paint(colour, word)}  ${name}  ${subject.padEnd(widths.subject)}  ${text}`;
  // Commands stand where they can be copied as a whole.
  return remedy === undefined ? [line] : [line, `${' '.repeat(STATE_WIDTH)}  → ${remedy}`];
}

function useLines(uses: readonly ServiceUse[]): readonly string[] {
  if (uses.length === 0) return [];
  const rows = [
    ['STACK', 'RESOURCE', 'TYPE', 'STATUS'],
    ...uses.map(({ stack, logicalId, type, status }) => [stack, logicalId, type, status]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [
    '',
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  ];
}
