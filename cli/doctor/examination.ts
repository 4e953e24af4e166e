import {
  deadLetterQueueName,
  functionName,
  PROVIDERS,
  SERVICE_FUNCTIONS,
  type ServicePlace,
  serviceTokenParameterName,
  sweepRuleName,
} from '../service/service-name.ts';
import type { Check } from './check.ts';
import { type Reading, read } from './reading.ts';
import { checkFunctions, type FunctionReading, type FunctionState } from './service-function.ts';
import {
  checkBlobMounting,
  checkDeadLetters,
  checkFailureDestination,
  checkServiceToken,
  checkSweep,
} from './service-part.ts';
import { checkUses, findServiceUses, type ServiceUse, type StackResources } from './service-use.ts';
import { checkVersion, deployedVersions } from './service-version.ts';

/** The service's functions, as they can be asked about. */
export interface ServiceFunctions {
  find(name: string, signal: AbortSignal): Promise<FunctionState | undefined>;
  findFailureDestination(name: string, signal: AbortSignal): Promise<string | undefined>;
  findReservedConcurrency(name: string, signal: AbortSignal): Promise<number | undefined>;
}

/** What the functions depend on, as it can be asked about. */
export interface ServiceParts {
  parameters(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  findMessageCount(queue: string, signal: AbortSignal): Promise<number | undefined>;
  findRuleState(rule: string, signal: AbortSignal): Promise<string | undefined>;
  blobMounting(signal: AbortSignal): Promise<string>;
}

export interface ExaminationWorld {
  readonly functions: ServiceFunctions;
  readonly parts: ServiceParts;
  /** Undefined: it isn't asked who uses the service. */
  readonly stacks: StackResources | undefined;
  readonly place: ServicePlace;
  /** The command's own version. */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** What was found. */
export interface Examination {
  readonly checks: readonly Check[];
  /** The versions that the functions have. */
  readonly versions: readonly string[];
  readonly command: string;
  /** Undefined where it was not asked, or could not be found out. */
  readonly uses: readonly ServiceUse[] | undefined;
}

/** Looks at everything there is of one copy of the service. What can't be looked at is a check of its own. */
export async function examine(world: ExaminationWorld): Promise<Examination> {
  const { place, command, stacks, signal, onProgress } = world;
  onProgress('looking at the functions');
  const functions = await Promise.all(SERVICE_FUNCTIONS.map((name) => readFunction(name, world)));
  const isHere = functions.some(({ state }) => !state.isKnown || state.value !== undefined);
  const checks = [
    ...checkFunctions(functions, place),
    ...checkVersion(functions, { own: command, qualifier: place.qualifier }),
  ];
  if (isHere) {
    onProgress('looking at what the functions depend on');
    checks.push(...(await checkParts(world)));
  }
  const reading =
    stacks &&
    (await findServiceUses(stacks, {
      signal,
      onLook: (looked, all) => onProgress(`looking for stacks that use it: ${looked} of ${all}`),
    }));
  if (reading !== undefined) checks.push(checkUses(reading));
  return {
    checks,
    versions: [...deployedVersions(functions).keys()],
    command,
    uses: reading?.isKnown ? reading.value.uses : undefined,
  };
}

async function readFunction(
  name: FunctionReading['name'],
  { functions, place, signal }: ExaminationWorld,
): Promise<FunctionReading> {
  const full = functionName(name, place.qualifier);
  const state = await read(() => functions.find(full, signal), signal);
  const isThere = state.isKnown && state.value !== undefined;
  const none: Reading<undefined> = { isKnown: true, value: undefined };
  return {
    name,
    functionName: full,
    state,
    reservedConcurrency: isThere
      ? await read(() => functions.findReservedConcurrency(full, signal), signal)
      : none,
  };
}

async function checkParts({ functions, parts, place, signal }: ExaminationWorld): Promise<Check[]> {
  const { qualifier } = place;
  const names = PROVIDERS.map((name) => serviceTokenParameterName(name, qualifier));
  const [tokens, messages, rule, mounting, ...destinations] = await Promise.all([
    read(() => parts.parameters(names, signal), signal),
    read(() => parts.findMessageCount(deadLetterQueueName(qualifier), signal), signal),
    read(() => parts.findRuleState(sweepRuleName(qualifier), signal), signal),
    read(() => parts.blobMounting(signal), signal),
    ...PROVIDERS.map(async (name) => {
      const provider = functionName(name, qualifier);
      const destination = await read(() => functions.findFailureDestination(provider, signal), signal);
      return checkFailureDestination(name, destination, place);
    }),
  ]);
  return [
    ...destinations,
    ...PROVIDERS.map((name) => {
      const parameter = serviceTokenParameterName(name, qualifier);
      const value: Reading<string | undefined> = tokens.isKnown
        ? { isKnown: true, value: tokens.value.get(parameter) }
        : tokens;
      return checkServiceToken(name, value, place);
    }),
    checkDeadLetters(messages, qualifier),
    checkSweep(rule, qualifier),
    checkBlobMounting(mounting),
  ];
}
