import type {
  ResourceChange as ReportedChange,
  ResourceChangeDetail as ReportedDetail,
} from '@aws-sdk/client-cloudformation';
import type { Change, ChangeAction, PropertyChange, Replacement } from './change.ts';

/** So long is a value that is shown; code and policies are longer. */
const MAX_VALUE_CHARACTERS = 60;

/** Reads what a change set says of one resource. */
export function readChange(reported: ReportedChange): Change {
  const { Action, LogicalResourceId, ResourceType, PhysicalResourceId, Replacement, PolicyAction, Scope } =
    reported;
  const replacement = Action === 'Modify' ? readReplacement(Replacement) : 'no';
  const properties = mergeProperties((reported.Details ?? []).flatMap(readDetail));
  const others = (Scope ?? []).filter((part) => part !== 'Properties');
  return {
    action: readAction(Action, replacement),
    logicalId: LogicalResourceId ?? '',
    type: ResourceType ?? '',
    physicalId: PhysicalResourceId || undefined,
    replacement,
    isRetained: PolicyAction === 'Retain' || PolicyAction === 'ReplaceAndRetain',
    properties:
      properties.length > 0 || Action !== 'Modify'
        ? properties
        : others.map((path) => ({ path, before: undefined, after: undefined, replaces: 'no' })),
  };
}

function readAction(action: ReportedChange['Action'], replacement: Replacement): ChangeAction {
  if (action === 'Add') return 'add';
  if (action === 'Import') return 'import';
  if (action === 'Remove') return 'remove';
  return replacement === 'yes' ? 'replace' : 'change';
}

/** `Conditional`: it depends on a value that only the deployment knows. */
function readReplacement(replacement: ReportedChange['Replacement']): Replacement {
  if (replacement === 'True') return 'yes';
  return replacement === 'Conditional' ? 'maybe' : 'no';
}

function readDetail({ Target, Evaluation }: ReportedDetail): PropertyChange[] {
  if (Target?.Attribute === undefined) return [];
  const { Attribute, Name, Path, BeforeValue, AfterValue, RequiresRecreation } = Target;
  const path = Path?.replace(/^\/(Properties\/)?/, '').replaceAll('/', '.') || Name || Attribute;
  const recreation = { Always: 'yes', Conditionally: 'maybe', Never: 'no' } as const;
  const replaces = recreation[RequiresRecreation ?? 'Never'] ?? 'no';
  return [
    {
      path,
      before: shortValue(BeforeValue),
      after: shortValue(AfterValue),
      // What is not known before is reported once as Static and once as Dynamic.
      replaces: replaces === 'yes' && Evaluation === 'Dynamic' ? 'maybe' : replaces,
    },
  ];
}

function shortValue(value: string | undefined): string | undefined {
  const isShort = value !== undefined && value.length <= MAX_VALUE_CHARACTERS && !/[\p{C}]/u.test(value);
  return isShort ? value : undefined;
}

const SEVERITY = { no: 0, maybe: 1, yes: 2 } as const;

/** One line a path: CloudFormation gives one for each of its causes. */
function mergeProperties(properties: readonly PropertyChange[]): readonly PropertyChange[] {
  const merged = new Map<string, PropertyChange>();
  for (const property of properties) {
    const former = merged.get(property.path);
    const isWorse = former === undefined || SEVERITY[property.replaces] > SEVERITY[former.replaces];
    merged.set(property.path, {
      path: property.path,
      before: former?.before ?? property.before,
      after: former?.after ?? property.after,
      replaces: isWorse ? property.replaces : former.replaces,
    });
  }
  return [...merged.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1));
}
