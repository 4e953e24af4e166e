import { nearestName } from '../../handlers/scaling/plan/nearest-name.ts';
import { CliError } from '../cli-error.ts';
import type { ServiceTemplate, TemplateParameter } from './service-template.ts';

/** What a parameter gets: a value, or the one that the stack has already. */
export type ParameterChoice =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly keeps: true };

/** A parameter whose value is not what it was; undefined where the stack has none, or will have none. */
export interface ParameterChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The name of the parameter that goes into every name. */
export const QUALIFIER_PARAMETER = 'Qualifier';
const HIDDEN = '****';

/** @throws CliError `Usage` for a name that the template doesn't have, and for a value that it doesn't allow. */
export function checkGivenParameters(
  { parameters }: ServiceTemplate,
  given: ReadonlyMap<string, string>,
): void {
  for (const [name, value] of given) {
    const declared = parameters.get(name);
    if (declared === undefined) throw unknownParameter(name, [...parameters.keys()]);
    checkValue(declared, value);
  }
}

function unknownParameter(name: string, names: readonly string[]): CliError {
  const nearest = nearestName(name, names);
  const meant = nearest === undefined ? '' : ` (Did you mean ${nearest}?)`;
  const known = names.length === 0 ? 'it has none' : `it has ${names.toSorted().join(', ')}`;
  return new CliError('Usage', `The template has no parameter ${name}${meant}; ${known}`);
}

function checkValue(declared: TemplateParameter, value: string): void {
  const { name, allowedValues, allowedPattern, constraint, isSecret } = declared;
  const shown = isSecret ? `a value of ${value.length} characters` : `"${value}"`;
  const isListed = allowedValues?.includes(value) ?? true;
  if (isListed && (allowedPattern === undefined || fits(value, allowedPattern))) return;
  const allowed = isListed
    ? `it must match ${allowedPattern}`
    : `it must be one of ${allowedValues?.map((one) => `"${one}"`).join(', ')}`;
  const rule = constraint === undefined ? allowed : constraint.replace(/^must /, 'it must ');
  throw new CliError('Usage', `The parameter ${name} is ${shown}; ${rule}`);
}

/** CloudFormation's patterns are Java's, and a value matches as a whole. What only Java reads is left to it. */
function fits(value: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return true;
  }
}

/**
 * What is sent for each parameter of the template: what was given, what the stack has, or nothing, so that its default
 * holds.
 * @param present The stack's own; undefined where it is created.
 * @throws CliError `Usage` where a parameter has neither.
 */
export function chooseParameters(
  { parameters }: ServiceTemplate,
  given: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, string> | undefined,
): readonly ParameterChoice[] {
  const missing: string[] = [];
  const choices = [...parameters.values()].flatMap(({ name, byDefault }): ParameterChoice[] => {
    const value = given.get(name);
    if (value !== undefined) return [{ name, value }];
    if (present?.has(name)) return [{ name, keeps: true }];
    if (byDefault === undefined) missing.push(name);
    return [];
  });
  if (missing.length === 0) return choices;
  const options = missing.map((name) => `--parameter ${name}=…`).join(' ');
  throw new CliError(
    'Usage',
    `The template's ${missing.join(' and ')} must be given, for there is no default: ${options}`,
  );
}

/** Which values will be others, with what they are now. A secret one is known by its name alone. */
export function parameterChanges(
  { parameters }: ServiceTemplate,
  choices: readonly ParameterChoice[],
  present: ReadonlyMap<string, string> | undefined,
): readonly ParameterChange[] {
  const chosen = new Map(choices.map((choice) => [choice.name, choice]));
  const changes = [...parameters.values()].flatMap(({ name, byDefault, isSecret }): ParameterChange[] => {
    const choice = chosen.get(name);
    if (choice !== undefined && 'keeps' in choice) return [];
    const before = present?.get(name);
    const after = choice?.value ?? byDefault;
    if (before === after) return [];
    // Where a stack is created, what has its default needs no words.
    if (present === undefined && choice === undefined) return [];
    const shown = (value: string | undefined) => (isSecret && value !== undefined ? HIDDEN : value);
    return [{ name, before: shown(before), after: shown(after) }];
  });
  const gone = [...(present ?? new Map<string, string>())]
    .filter(([name]) => !parameters.has(name))
    .map(([name, before]) => ({ name, before, after: undefined }));
  return [...changes, ...gone];
}
