import { PROVIDERS } from '../service/service-name.ts';

/** Whether CloudFormation makes a new resource in place of the present one. */
export type Replacement = 'no' | 'maybe' | 'yes';

/** `import`: a resource that is there already becomes a part of the stack. */
export type ChangeAction = 'add' | 'import' | 'change' | 'replace' | 'remove';

/** What becomes of one property. */
export interface PropertyChange {
  /** From the resource's own level: `Environment.Variables.DEPLOYTIME_VERSION`. */
  readonly path: string;
  /** Undefined where it isn't told: there is none, it is too long, or only the deployment knows. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly replaces: Replacement;
}

/** What becomes of one resource of the stack. */
export interface Change {
  readonly action: ChangeAction;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string | undefined;
  readonly replacement: Replacement;
  /** A removed or replaced one is left where it is, and no part of the stack any more. */
  readonly isRetained: boolean;
  readonly properties: readonly PropertyChange[];
}

/** What people should know before they agree; undefined where the change is harmless. */
export function dangerOf(change: Change): string | undefined {
  const { action, replacement, isRetained, physicalId } = change;
  if (action === 'add' || action === 'import') return undefined;
  if (action !== 'remove' && replacement === 'no') return undefined;
  const loss = lossOf(change.type, physicalId);
  if (loss === undefined) return undefined;
  const what = action === 'remove' ? 'removed' : replacement === 'maybe' ? 'perhaps replaced' : 'replaced';
  const kept = isRetained ? '; the present one is kept, outside of the stack, and its name stays taken' : '';
  return `it is ${what}: ${loss}${kept}`;
}

function isProvider(physicalId: string | undefined): boolean {
  // What isn't told may be one.
  return physicalId === undefined || PROVIDERS.some((name) => physicalId.endsWith(`-${name}`));
}

function lossOf(type: string, physicalId: string | undefined): string | undefined {
  const name = physicalId ?? 'the resource';
  switch (type) {
    case 'AWS::DynamoDB::Table':
      return `what ${name} holds is lost, among it the capacities that open windows have to give back`;
    case 'AWS::Lambda::Function':
      return isProvider(physicalId)
        ? `stacks that name ${name} as their service token can neither be updated nor deleted while it is gone`
        : `whatever calls ${name} fails while it is gone`;
    case 'AWS::StepFunctions::StateMachine':
      return `runs of scheduled scaling that are under way in ${name} are ended half-way`;
    case 'AWS::SQS::Queue':
      return `what ${name} holds is lost`;
    default:
      return undefined;
  }
}
