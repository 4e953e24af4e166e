import type { AccountPlace } from '../caller-identity-store.ts';
import { CliError } from '../cli-error.ts';
import type { Confirmation } from '../confirmation.ts';
import type { Timing } from '../timing.ts';
import type { Change } from './change.ts';
import type { ChangeSets } from './change-set-store.ts';
import { execute } from './execution.ts';
import { proposeChanges, withdraw, withdrawn } from './proposal.ts';
import { getServiceTemplate } from './service-stack.ts';
import { qualifierIn, type ServiceTemplate, serviceVersionIn } from './service-template.ts';
import { removeFailedStack } from './stack-removal.ts';
import { decideStack, type PresentStack } from './stack-state.ts';
import type { Stacks } from './stack-store.ts';
import { chooseBucket, type TemplateBuckets, templateKey } from './template-bucket.ts';
import {
  chooseParameters,
  type ParameterChange,
  parameterChanges,
  QUALIFIER_PARAMETER,
} from './template-parameters.ts';
import { decideVersion, type VersionChange } from './version-decision.ts';

/** What `deploytime deploy` was asked for. */
export interface DeployRequest {
  readonly stackName: string;
  readonly template: ServiceTemplate;
  /** By the parameters' names, the qualifier among them. */
  readonly given: ReadonlyMap<string, string>;
  readonly bucket: string | undefined;
  readonly allowDowngrade: boolean;
  readonly dryRun: boolean;
  /** Of this run: what is tried again with it is done once. */
  readonly token: string;
}

/** Whom it works with. */
export interface DeployWorld {
  readonly stacks: Stacks;
  readonly changeSets: ChangeSets;
  readonly buckets: TemplateBuckets;
  readonly place: AccountPlace;
  /** Where CloudFormation finds an object of a bucket. */
  readonly objectUrl: (bucket: string, key: string) => string;
  readonly confirmation: Confirmation;
  readonly timing: Timing;
  readonly signal: AbortSignal;
  /** What would change, before anybody agrees to it. */
  readonly onProposal: (proposal: Proposal) => void;
  /** How far it is. @param stays Whether it is also said where nobody looks on. */
  readonly onProgress: (text: string, options: { readonly stays: boolean }) => void;
}

/** What would become of the stack. */
export interface Proposal {
  readonly stackName: string;
  readonly place: AccountPlace;
  readonly action: 'create' | 'update';
  readonly version: VersionChange;
  readonly changes: readonly Change[];
  readonly parameters: readonly ParameterChange[];
  /** The stack has no parameters, as one that CDK deployed: what its properties were, nobody can tell here. */
  readonly losesProperties: boolean;
}

/** What came of it. */
export interface DeployOutcome {
  readonly proposal: Proposal;
  readonly stackId: string;
  /** `none`: nothing had to be changed. `shown`: a dry run. */
  readonly result: 'deployed' | 'none' | 'shown';
  readonly bucket: string;
  /** Of the service's names. */
  readonly qualifier: string;
  /** What could not be cleared away, in a sentence. */
  readonly left: string | undefined;
}

/** @throws CliError */
export async function deploy(request: DeployRequest, world: DeployWorld): Promise<DeployOutcome> {
  const { stackName, template, given, dryRun, token } = request;
  const { stacks, signal, onProgress, place } = world;
  onProgress(`looking at the stack ${stackName}`, { stays: false });
  const found = await stacks.find(stackName, signal);
  const decision = decideStack(found);
  if (decision.action === 'refuse') throw new CliError('UnusableStack', decision.reason);
  const present = decision.action === 'update' ? found : undefined;
  const version = await checkPresent(present, request, world);
  const parameters = chooseParameters(template, given, present?.parameters);
  const isNewStack = found === undefined || decision.action === 'delete-and-create';
  if (decision.action === 'delete-and-create' && found !== undefined) {
    if (dryRun) {
      throw new CliError('UnusableStack', `${decision.reason}, which a dry run does not do`);
    }
    // Also what failed may be somebody else's.
    await getServiceTemplate(found, world);
    await removeFailedStack(found, decision.reason, { ...world, token });
  }

  const bucket = await chooseBucket({ named: request.bucket, place }, world);
  const key = templateKey(template.body, template.version ?? 'unknown');
  onProgress(`putting the template into the bucket ${bucket}`, { stays: false });
  await world.buckets.put({ bucket, key, body: template.body }, signal);
  onProgress(`making a change set of the stack ${stackName}`, { stays: false });
  const { id, stackId, changes, left } = await proposeChanges(
    {
      stackName,
      kind: present === undefined ? 'CREATE' : 'UPDATE',
      templateUrl: world.objectUrl(bucket, key),
      parameters,
      token,
      isNewStack,
    },
    world,
  );
  const proposal: Proposal = {
    stackName,
    place,
    action: present === undefined ? 'create' : 'update',
    version,
    changes,
    parameters: parameterChanges(template, parameters, present?.parameters),
    losesProperties: present?.parameters.size === 0 && template.parameters.size > 0,
  };
  const qualifier = qualifierOf(request, present);
  const outcome = { proposal, stackId, bucket, qualifier, left };
  if (id === undefined) return { ...outcome, result: 'none' };
  const made = { id, stackId, stackName, isNewStack };
  try {
    world.onProposal(proposal);
    if (dryRun) {
      return { ...outcome, result: 'shown', left: await withdraw(made, world) };
    }
    await world.confirmation.confirm(
      {
        question: `Deploy these changes to ${stackName}`,
        otherwise: '--dry-run only shows what would change',
      },
      signal,
    );
  } catch (error) {
    throw await withdrawn(made, error, world);
  }
  await execute({ ...made, token, action: proposal.action, resources: changes.length }, world);
  return { ...outcome, result: 'deployed' };
}

function qualifierOf({ given, template }: DeployRequest, present: PresentStack | undefined): string {
  return (
    given.get(QUALIFIER_PARAMETER) ??
    present?.parameters.get(QUALIFIER_PARAMETER) ??
    template.parameters.get(QUALIFIER_PARAMETER)?.byDefault ??
    ''
  );
}

/** What is deployed has to be this service, no newer, and of the same names. */
async function checkPresent(
  present: PresentStack | undefined,
  request: DeployRequest,
  world: DeployWorld,
): Promise<VersionChange> {
  const { template, allowDowngrade } = request;
  const after = template.version;
  if (present === undefined) return { before: undefined, after };
  const body = await getServiceTemplate(present, world);
  const former = present.parameters.get(QUALIFIER_PARAMETER) ?? qualifierIn(body);
  const qualifier = qualifierOf(request, present);
  if (former !== undefined && qualifier !== former) {
    throw new CliError(
      'Usage',
      `The stack ${present.name} has the qualifier "${former}", and can't get "${qualifier}": every service token would be another, and stacks that use it could not be updated any more. --qualifier "${former}" keeps it; another copy of the service takes a stack of its own`,
    );
  }
  const version = { before: serviceVersionIn(body), after };
  const decision = decideVersion(version, { allowDowngrade });
  if (!decision.isAllowed) throw new CliError('OlderVersion', decision.reason);
  return version;
}
