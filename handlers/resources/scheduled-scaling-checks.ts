import { isDeepStrictEqual } from 'node:util';
import { forEachInParallel } from '../copy/in-parallel.ts';
import { ProviderError } from '../errors.ts';
import { fitnessMistakes, wishesOf } from '../scaling/deployment/step-fitness.ts';
import type { TargetSurvey } from '../scaling/deployment/target-survey.ts';
import { type Plan, type Step, type Target, targetName } from '../scaling/plan/plan.ts';
import { SCHEDULED_SCALING_TYPE } from '../scaling/plan/plan-properties.ts';
import type { StoredPlan } from '../scaling/store/plan-store.ts';
import { PERMISSION_TAG_WORDS } from '../scaling/targets/tags.ts';
import type { ScheduledScalingPorts } from './scheduled-scaling-ports.ts';

export type ChecksPorts = Pick<ScheduledScalingPorts, 'plans' | 'targets' | 'place' | 'log'>;

/** So many targets are looked at at once. */
const MAX_PARALLEL_TARGETS = 4;
/** So many mistakes are told: whoever mends these deploys again. */
const MAX_TOLD = 12;

/** The steps of a plan that another version of it doesn't have. */
export function stepsBeside(plan: Plan, known: Plan | undefined): readonly Step[] {
  const present = known?.scenarios.flatMap(({ steps }) => steps) ?? [];
  return plan.scenarios
    .flatMap(({ steps }) => steps)
    .filter((step) => !present.some((other) => isDeepStrictEqual(other, step)));
}

/**
 * Holds steps against the world: each target is there, may be changed, can have what is asked for, and is no other
 * plan's.
 * @throws ProviderError `NotFound` where targets are missing and nothing else is wrong, `InvalidRequest`, with a sentence
 * for each mistake; and as of any read.
 */
export async function checkSteps(
  steps: readonly Step[],
  plan: string,
  ports: ChecksPorts,
  signal: AbortSignal,
): Promise<void> {
  const findings: Finding[] = [];
  const targets = targetsOf(steps);
  await forEachInParallel(
    [...targets.entries()],
    MAX_PARALLEL_TARGETS,
    signal,
    async ([at, target], until) => {
      const name = targetName(target);
      const own = steps.filter((step) => targetName(step.target) === name);
      for (const finding of await findingsOf(target, own, plan, ports, until))
        findings.push({ ...finding, at });
    },
  );
  findings.push(...(await findContested(targets, plan, ports, signal)));
  if (findings.length > 0) throw toError(findings);
}

/** @throws ProviderError `InvalidRequest` naming the other plan, where another one has one of these targets too. */
export async function checkUncontested(
  steps: readonly Step[],
  plan: string,
  ports: Pick<ChecksPorts, 'plans' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const findings = await findContested(targetsOf(steps), plan, ports, signal);
  if (findings.length > 0) throw toError(findings);
}

interface Finding {
  /** The target's place in the plan. */
  readonly at: number;
  readonly isMissing: boolean;
  readonly sentence: string;
}

function targetsOf(steps: readonly Step[]): readonly Target[] {
  return [...new Map(steps.map(({ target }) => [targetName(target), target])).values()];
}

async function findingsOf(
  target: Target,
  steps: readonly Step[],
  plan: string,
  { targets, place }: ChecksPorts,
  signal: AbortSignal,
): Promise<readonly Omit<Finding, 'at'>[]> {
  const name = targetName(target);
  const wishes = steps.map(wishesOf);
  const wish = {
    instances: wishes.some(({ instances }) => instances),
    classes: wishes.some(({ classes }) => classes),
  };
  let survey: TargetSurvey | undefined;
  try {
    survey = await targets.survey(target, wish, signal);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'InvalidRequest') throw error;
    return [{ isMissing: false, sentence: `${name}: ${error.message}` }];
  }
  if (survey === undefined) {
    const sentence = `${name} is not there in ${place.region}; where this stack makes it, let this resource depend on it (DependsOn)`;
    return [{ isMissing: true, sentence }];
  }
  const { forbidden } = survey;
  const mistakes = new Set(steps.flatMap((step) => fitnessMistakes(step, survey, plan)));
  return [
    ...(forbidden.length > 0 ? [forbiddenSentence(name, forbidden)] : []),
    ...[...mistakes].map((mistake) => `${name}: ${mistake}`),
  ].map((sentence) => ({ isMissing: false, sentence }));
}

function forbiddenSentence(name: string, forbidden: readonly string[]): string {
  const [verb, them] = forbidden.length === 1 ? ['does', 'it'] : ['do', 'them'];
  return `${name} may not be scaled: ${forbidden.join(' and ')} ${verb} not carry ${PERMISSION_TAG_WORDS}. Tag ${them}, or name the target in the service stack's ScalableTargets`;
}

async function findContested(
  targets: readonly Target[],
  plan: string,
  { plans, log }: Pick<ChecksPorts, 'plans' | 'log'>,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  // A plan that can't be read scales nothing.
  const unreadable = (other: string, error: ProviderError): void =>
    log.warn('Another plan can not be read', { plan: other, error });
  const others = (await plans.listPlans(signal, unreadable)).filter((other) => other.plan.id !== plan);
  const findings: Finding[] = [];
  for (const [at, target] of targets.entries()) {
    const name = targetName(target);
    const rival = others.find((other) => names(other, name));
    const { record } = await plans.getTargetState(target, signal);
    const sentence =
      rival !== undefined
        ? `${name} is scaled by the plan ${rival.plan.id}; a target belongs to one plan, so move its scenarios there, or take it out there first`
        : record !== undefined && record.plan !== plan
          ? `${name} is still being brought back by the plan ${record.plan}, which it belonged to; deploy again once it is`
          : undefined;
    if (sentence !== undefined) findings.push({ at, isMissing: false, sentence });
  }
  return findings;
}

/** A pending plan is one that is being created beside this one. */
function names({ plan, status, deployment }: StoredPlan, target: string): boolean {
  if (status === 'removed' && deployment?.isPending !== true) return false;
  return plan.scenarios.some(({ steps }) => steps.some((step) => targetName(step.target) === target));
}

function toError(findings: readonly Finding[]): ProviderError {
  const sentences = findings.toSorted((a, b) => a.at - b.at).map(({ sentence }) => sentence);
  const told = sentences.slice(0, MAX_TOLD);
  const left = sentences.length - told.length;
  if (left > 0) told.push(`and ${left} more`);
  return new ProviderError(
    findings.every(({ isMissing }) => isMissing) ? 'NotFound' : 'InvalidRequest',
    `${SCHEDULED_SCALING_TYPE} can't do that: ${told.join('; ')}`,
  );
}
