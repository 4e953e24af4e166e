import { formatInstant, type Instant } from '../../../handlers/scaling/time/instant.ts';
import type { PlayedCase } from './play-case.ts';

/** Everything that happened, in lines, in the order of the virtual clock: steps, calls, acts, failovers. */
export function describePlay({ history, world }: PlayedCase): readonly string[] {
  const lines: { readonly at: Instant; readonly line: string }[] = [
    ...history.steps.map(({ at, execution, said }) => ({ at, line: `${execution} ${said}` })),
    ...world.journal.entries.map(({ at, caller, action, input, outcome, fault }) => ({
      at,
      line: `  → ${caller === 'operator' ? 'operator: ' : ''}${action} ${JSON.stringify(input)}: ${outcome}${fault ? ` ${JSON.stringify(fault)}` : ''}`,
    })),
    ...history.acts.map(({ act, refused }) => ({
      at: act.at,
      line: `  ! ${JSON.stringify(act)}${refused === undefined ? '' : `, refused: ${refused}`}`,
    })),
    ...world.documentDb.account.failovers.map(({ at, from, to, cause }) => ({
      at,
      line: `  ⇄ the writer is ${to}, after ${from} (${cause})`,
    })),
  ];
  return lines.sort((one, other) => one.at - other.at).map(({ at, line }) => `${formatInstant(at)} ${line}`);
}
