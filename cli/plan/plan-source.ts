import { basename } from 'node:path';
import { ProviderError } from '../../handlers/errors.ts';
import type { Observation } from '../../handlers/scaling/decision/scaling-target.ts';
import type { TargetState } from '../../handlers/scaling/decision/target-state.ts';
import { readPlan } from '../../handlers/scaling/plan/plan-reader.ts';
import { isFields } from '../../handlers/scaling/plan/property-shapes.ts';
import type { StoredPlan } from '../../handlers/scaling/store/plan-store.ts';
import type { Instant } from '../../handlers/scaling/time/instant.ts';
import { CliError } from '../cli-error.ts';
import { readDocument } from './document.ts';
import { resolveValues } from './intrinsic-functions.ts';
import { readTemplate, scheduledScalings } from './template.ts';
import { templateCapacity } from './template-capacity.ts';

/** A plan to look at, and where it comes from. */
export interface PlanSource {
  /** `Nightly in template.yaml`, `plan.yaml`, `the deployed plan Nightly-0a1b2c3d`. */
  readonly label: string;
  /** In short: `Nightly`, `plan.yaml`, `Nightly-0a1b2c3d`. */
  readonly name: string;
  /** Of a template. */
  readonly logicalId?: string;
  readonly stored: StoredPlan;
  /** Whether its id is the real one: the names of replicas come from it. */
  readonly isDeployed: boolean;
  /** What the service remembers of the targets, by name. */
  readonly states: ReadonlyMap<string, TargetState>;
  /** What was taken for something else, a clause each. */
  readonly assumed: readonly string[];
  /** What it tells itself of what targets have outside of all windows, by name. */
  readonly present: ReadonlyMap<string, Observation>;
}

export interface FileAsked {
  readonly path: string;
  /** Logical id of the one resource that is meant; undefined: all. */
  readonly resource: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
  readonly now: Instant;
}

/** In place of the id that a plan gets when it is deployed. */
const STAND_IN_ID = 'plan';

/**
 * Reads the plans of a CloudFormation template, or the one whose properties a file has.
 * @throws CliError `Usage`: the file, or a plan in it, can't be read.
 */
export async function readPlanFile({
  path,
  resource,
  parameters,
  now,
}: FileAsked): Promise<readonly PlanSource[]> {
  const document = await readDocument(path);
  const template = readTemplate(document);
  if (template === undefined) {
    if (!isFields(document) || !('Scenarios' in document)) {
      throw new CliError(
        'Usage',
        `${path} is neither a CloudFormation template, which has Resources, nor a plan, which has Scenarios`,
      );
    }
    if (resource !== undefined)
      throw new CliError('Usage', `${path} is no template, so there is no resource ${resource} in it`);
    return [
      planned({ label: path, name: basename(path), id: STAND_IN_ID, properties: document, assumed: [], now }),
    ];
  }
  const present = templateCapacity({ template, parameters });
  return scheduledScalings(template, { path, resource }).map(({ logicalId, properties }) => {
    const label = `${logicalId} in ${path}`;
    // The service's own function, and nothing of the plan.
    const { ServiceToken: _, ...own } = properties;
    const { value, unknown, assumed } = resolveValues(own, { template, parameters });
    if (unknown.length > 0)
      throw new CliError('Usage', `${label} can't be told before it is deployed: ${unknown.join('; ')}`);
    return {
      ...planned({ label, name: logicalId, id: logicalId, properties: value, assumed, now }),
      logicalId,
      present,
    };
  });
}

interface PlanGiven {
  readonly label: string;
  readonly name: string;
  readonly id: string;
  readonly properties: unknown;
  readonly assumed: readonly string[];
  readonly now: Instant;
}

function planned({ label, name, id, properties, assumed, now }: PlanGiven): PlanSource {
  try {
    const plan = readPlan({ id, properties, now });
    const stored: StoredPlan = { plan, status: 'active', overrides: [] };
    return { label, name, stored, isDeployed: false, states: new Map(), assumed, present: new Map() };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new CliError('Usage', `${label}: ${error.message}`, { cause: error });
  }
}
