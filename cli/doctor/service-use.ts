import { RESOURCE_TYPES, type ResourceType } from '../service/service-name.ts';
import type { Check } from './check.ts';
import { type Reading, read } from './reading.ts';

/** A stack that is there. */
export interface LiveStack {
  readonly name: string;
  readonly id: string;
  readonly status: string;
}

/** A resource of one of the service's types, in somebody's stack. */
export interface ServiceUse {
  readonly stack: string;
  readonly stackId: string;
  readonly status: string;
  readonly logicalId: string;
  readonly type: ResourceType;
}

/** Where stacks and their resources are listed. */
export interface StackResources {
  liveStacks(signal: AbortSignal): Promise<readonly LiveStack[]>;
  /** The resources of a stack, with their types. */
  resourcesOf(
    stackId: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly logicalId: string; readonly type: string }[]>;
}

/** What was found out about who uses the service. */
export interface ServiceUses {
  readonly uses: readonly ServiceUse[];
  /** How many stacks were looked into. */
  readonly stacks: number;
  /** Stacks with custom resources of a type that says nothing of their provider: their templates may tell. */
  readonly untold: readonly LiveStack[];
  /** Stacks that could not be looked into, each with the reason. */
  readonly unknown: readonly { readonly stack: string; readonly because: string }[];
}

/** CloudFormation throttles ListStackResources early. */
const PARALLEL_LOOKS = 4;

/** The type of a custom resource that was given none of its own. */
const UNTOLD_TYPE = 'AWS::CloudFormation::CustomResource';
const TYPES: ReadonlySet<string> = new Set(Object.values(RESOURCE_TYPES));

/** Looks into every stack, a few at once. */
export async function findServiceUses(
  store: StackResources,
  options: {
    readonly signal: AbortSignal;
    readonly onLook: (looked: number, all: number) => void;
  },
): Promise<Reading<ServiceUses>> {
  const { signal, onLook } = options;
  const listed = await read(() => store.liveStacks(signal), signal);
  if (!listed.isKnown) return listed;
  const stacks = listed.value;
  const uses: ServiceUse[] = [];
  const untold: LiveStack[] = [];
  const unknown: { stack: string; because: string }[] = [];
  const waiting = stacks.values();
  let looked = 0;
  const look = async () => {
    for (const stack of waiting) {
      const resources = await read(() => store.resourcesOf(stack.id, signal), signal);
      if (resources.isKnown) {
        uses.push(...usesIn(stack, resources.value));
        if (resources.value.some(({ type }) => type === UNTOLD_TYPE)) untold.push(stack);
      } else unknown.push({ stack: stack.name, because: resources.because });
      looked += 1;
      onLook(looked, stacks.length);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_LOOKS }, look));
  return {
    isKnown: true,
    value: { uses: uses.toSorted(byName), stacks: stacks.length, untold, unknown },
  };
}

function usesIn(
  { name, id, status }: LiveStack,
  resources: readonly { readonly logicalId: string; readonly type: string }[],
): readonly ServiceUse[] {
  return resources.flatMap(({ logicalId, type }) =>
    isOurs(type) ? [{ stack: name, stackId: id, status, logicalId, type }] : [],
  );
}

function isOurs(type: string): type is ResourceType {
  return TYPES.has(type);
}

function byName(one: ServiceUse, other: ServiceUse): number {
  const [left, right] = [`${one.stack} ${one.logicalId}`, `${other.stack} ${other.logicalId}`];
  return left < right ? -1 : Number(left > right);
}

/** How many use it; which they are stands in a table of their own. */
export function checkUses(reading: Reading<ServiceUses>): Check {
  const what = { check: 'stacks', subject: 'stacks' } as const;
  if (!reading.isKnown) return { ...what, state: 'unknown', text: reading.because };
  const { uses, stacks, unknown } = reading.value;
  const users = new Set(uses.map(({ stackId }) => stackId)).size;
  const text = `${users} of ${stacks} stacks ${users === 1 ? 'uses' : 'use'} it, with ${uses.length} ${uses.length === 1 ? 'resource' : 'resources'}`;
  const [first] = unknown;
  if (first === undefined) return { ...what, state: 'ok', text };
  return {
    ...what,
    state: 'unknown',
    text: `${text}; ${unknown.length} could not be looked into, ${first.stack} among them: ${first.because}`,
  };
}
