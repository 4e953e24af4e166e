import { CliError } from '../../../cli/cli-error.ts';
import type { Check, CheckName } from '../../../cli/doctor/check.ts';
import { type Examination, examine } from '../../../cli/doctor/examination.ts';
import type { FunctionState } from '../../../cli/doctor/service-function.ts';
import type { LiveStack } from '../../../cli/doctor/service-use.ts';
import {
  functionName,
  PROVIDERS,
  SERVICE_FUNCTIONS,
  type ServiceFunctionName,
  serviceTokenArn,
  serviceTokenParameterName,
} from '../../../cli/service/service-name.ts';

export const PLACE = { partition: 'aws', region: 'eu-central-1', accountId: '111122223333', qualifier: '' };
export const COMMAND_VERSION = '0.2.0';

const HEALTHY: FunctionState = {
  state: 'Active',
  stateReason: '',
  lastUpdate: 'Successful',
  lastUpdateReason: '',
  runtime: 'nodejs24.x',
  architecture: 'arm64',
  version: { isKnown: true, value: COMMAND_VERSION },
};

/** As the stores say it, where the page of the command line shows it. */
const DENIALS: Readonly<Record<string, string>> = {
  findRuleState:
    'EventBridge in eu-central-1 refused to describe the rule deploytime-scaling-sweep; events:DescribeRule on it is needed (AccessDeniedException)',
};

/** What is otherwise than in a healthy service. */
export interface Oddities {
  readonly qualifier?: string;
  /** By function; null: it is missing. */
  readonly functions?: Readonly<Partial<Record<ServiceFunctionName, Partial<FunctionState> | null>>>;
  readonly everyFunction?: Partial<FunctionState> | null;
  readonly reserved?: Readonly<Partial<Record<ServiceFunctionName, number>>>;
  /** By function; null: it has none. */
  readonly destinations?: Readonly<Partial<Record<ServiceFunctionName, string | null>>>;
  /** By parameter; null: it is missing. */
  readonly tokens?: Readonly<Record<string, string | null>>;
  /** Null: there is no queue. */
  readonly messages?: number | null;
  /** Null: there is no rule. */
  readonly rule?: string | null;
  readonly mounting?: string;
  /** By stack: the types of its resources. Undefined: it isn't asked. */
  readonly stacks?: Readonly<Record<string, readonly string[]>>;
  /** What the caller may not do, by the port's method; or by `resourcesOf <stack>`. */
  readonly denied?: readonly string[];
  readonly onLook?: (running: number) => void;
}

/** Looks at a service that is healthy but for its oddities, without AWS. */
export function examineWorld(oddities: Oddities = {}): Promise<Examination> {
  const { qualifier = '', denied = [], functions = {}, reserved = {}, destinations = {} } = oddities;
  const place = { ...PLACE, qualifier };
  const named = new Map(SERVICE_FUNCTIONS.map((name) => [functionName(name, qualifier), name]));
  const nameOf = (full: string): ServiceFunctionName => {
    const name = named.get(full);
    if (name === undefined) throw new Error(`There is no function ${full}`);
    return name;
  };
  const allow = (call: string) => {
    if (denied.includes(call)) throw new CliError('AccessDenied', DENIALS[call] ?? `${call} is not allowed`);
  };
  let running = 0;
  return examine({
    functions: {
      find: async (full) => {
        allow('find');
        const odd = functions[nameOf(full)] ?? oddities.everyFunction;
        const isMissing = functions[nameOf(full)] === null || odd === null;
        return isMissing ? undefined : { ...HEALTHY, ...odd };
      },
      findFailureDestination: async (full) => {
        allow('findFailureDestination');
        const odd = destinations[nameOf(full)];
        const wanted = serviceTokenArn('ecr-image', place).replace(/ecr-image$/, 'undelivered');
        return odd === null ? undefined : (odd ?? wanted);
      },
      findReservedConcurrency: async (full) => {
        allow('findReservedConcurrency');
        return reserved[nameOf(full)];
      },
    },
    parts: {
      parameters: async () => {
        allow('parameters');
        const tokens = PROVIDERS.map((name) => {
          const parameter = serviceTokenParameterName(name, qualifier);
          const odd = oddities.tokens?.[parameter];
          return [parameter, odd === undefined ? serviceTokenArn(name, place) : odd] as const;
        });
        return new Map(tokens.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
      },
      findMessageCount: async () => {
        allow('findMessageCount');
        const { messages = 0 } = oddities;
        return messages ?? undefined;
      },
      findRuleState: async () => {
        allow('findRuleState');
        const { rule = 'ENABLED' } = oddities;
        return rule ?? undefined;
      },
      blobMounting: async () => {
        allow('blobMounting');
        return oddities.mounting ?? 'ENABLED';
      },
    },
    stacks: oddities.stacks && {
      liveStacks: async () => {
        allow('liveStacks');
        return Object.keys(oddities.stacks ?? {}).map(
          (name): LiveStack => ({ name, id: `arn:${name}`, status: 'CREATE_COMPLETE' }),
        );
      },
      resourcesOf: async (id) => {
        running += 1;
        oddities.onLook?.(running);
        await Promise.resolve();
        running -= 1;
        const name = id.replace('arn:', '');
        allow(`resourcesOf ${name}`);
        return (oddities.stacks?.[name] ?? []).map((type, index) => ({ logicalId: `R${index}`, type }));
      },
    },
    place,
    command: COMMAND_VERSION,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
}

export function checksNamed(examination: Examination, name: CheckName): readonly Check[] {
  return examination.checks.filter(({ check }) => check === name);
}
