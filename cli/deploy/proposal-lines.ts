import type { Change, ChangeAction, PropertyChange } from './change.ts';
import { dangerOf } from './change.ts';
import type { Proposal } from './deployment.ts';
import type { ParameterChange } from './template-parameters.ts';
import type { VersionChange } from './version-decision.ts';

type Colour = 'red' | 'green' | 'yellow';
export type Paint = (colour: Colour, text: string) => string;

const MARKS: Readonly<Record<ChangeAction, { readonly sign: string; readonly colour: Colour }>> = {
  add: { sign: '+', colour: 'green' },
  import: { sign: '+', colour: 'green' },
  change: { sign: '~', colour: 'yellow' },
  replace: { sign: '±', colour: 'red' },
  remove: { sign: '-', colour: 'red' },
};
/** What people want to see first is what hurts. */
const ORDER: readonly ChangeAction[] = ['remove', 'replace', 'change', 'import', 'add'];
/** More of them are counted, not told. */
const MAX_PROPERTIES = 8;

const LOST_PROPERTIES =
  'The stack has no parameters, as one that CDK deployed: each property that is not given by --parameter has its default again';

/** What would become of the stack, for a person to agree to. */
export function proposalLines(proposal: Proposal, paint: Paint): readonly string[] {
  const { stackName, place, action, version, changes, parameters, losesProperties } = proposal;
  const verb = action === 'create' ? 'is created' : 'is updated';
  return [
    `${stackName} ${verb} in account ${place.accountId}, ${place.region}${versionText(version)}`,
    ...section('Parameters', parameters.map(parameterLine)),
    ...section('Resources', resourceLines(changes, paint)),
    ...section('Take care', [
      ...(losesProperties ? [paint('red', `! ${LOST_PROPERTIES}`)] : []),
      ...dangerLines(changes, paint),
    ]),
    '',
    summary(changes),
  ];
}

export function versionText({ before, after }: VersionChange): string {
  if (before === undefined) return after === undefined ? '' : `: version ${after}`;
  if (after === undefined || before === after) return `: version ${before}`;
  return `: version ${before} → ${after}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function parameterLine({ name, before, after }: ParameterChange): string {
  return `${name}: ${quoted(before)} → ${quoted(after)}`;
}

function quoted(value: string | undefined): string {
  return value === undefined ? '(none)' : JSON.stringify(value);
}

function resourceLines(changes: readonly Change[], paint: Paint): readonly string[] {
  const sorted = changes.toSorted(
    (one, other) =>
      ORDER.indexOf(one.action) - ORDER.indexOf(other.action) || (one.logicalId < other.logicalId ? -1 : 1),
  );
  const width = Math.max(0, ...sorted.map(({ type }) => type.length));
  return sorted.flatMap((change) => {
    const { sign, colour } = MARKS[change.action];
    const line = `${paint(colour, `${sign} ${verbOf(change).padEnd(8)}`)} ${change.type.padEnd(width)}  ${change.logicalId}`;
    const properties = change.properties.slice(0, MAX_PROPERTIES).map((one) => `    ${propertyText(one)}`);
    const rest = change.properties.length - properties.length;
    return [line, ...properties, ...(rest > 0 ? [`    and ${rest} more`] : [])];
  });
}

function verbOf({ action, replacement }: Change): string {
  return action === 'change' && replacement === 'maybe' ? 'replace?' : action;
}

function propertyText({ path, before, after, replaces }: PropertyChange): string {
  const values = before === undefined && after === undefined ? '' : `: ${shown(before)} → ${shown(after)}`;
  const note = { no: '', maybe: ' (may replace it)', yes: ' (replaces it)' }[replaces];
  return `${path}${values}${note}`;
}

function shown(value: string | undefined): string {
  return value ?? '…';
}

function dangerLines(changes: readonly Change[], paint: Paint): readonly string[] {
  return changes.flatMap((change) => {
    const danger = dangerOf(change);
    return danger === undefined ? [] : [paint('red', `! ${change.logicalId} (${change.type}): ${danger}`)];
  });
}

function summary(changes: readonly Change[]): string {
  const counts = (['add', 'import', 'change', 'replace', 'remove'] as const).map(
    (action) => [action, changes.filter((change) => change.action === action).length] as const,
  );
  return counts
    .filter(([action, count]) => action !== 'import' || count > 0)
    .map(([action, count]) => `${count} to ${action}`)
    .join(', ');
}
