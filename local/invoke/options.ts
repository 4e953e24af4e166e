import { parseArgs } from 'node:util';
import { LocalError } from '../local-error.ts';
import { ANSWERING_FUNCTION_NAMES, type ServiceFunctionName } from '../runtime/service-function.ts';

/** What `npm run invoke -- …` was asked for. */
export interface InvokeOptions {
  readonly functionName: ServiceFunctionName;
  readonly eventFile: string;
  /** The account's endpoint. Undefined: there is no account. */
  readonly endpoint: URL | undefined;
  /** Registry host → base URL. */
  readonly registryHosts: Readonly<Record<string, string>>;
  /** In MB. Undefined: as deployed. */
  readonly memoryMb: number | undefined;
  /** In seconds. Undefined: as deployed. */
  readonly timeoutSeconds: number | undefined;
  /** Show what the function wrote. */
  readonly log: boolean;
  /** Print one JSON document instead of text. */
  readonly json: boolean;
}

export const HELP = `Usage: npm run invoke -- FUNCTION EVENT [options]

Bundles a function as the service stack does, runs it once in a process of its own, as Lambda would, with the event
in the file EVENT, and shows its answer. The event's ResponseURL is replaced; account and Region are those of its
StackId.

  FUNCTION                  ${ANSWERING_FUNCTION_NAMES.join(', ')}
  EVENT                     a JSON file, e.g. events/ecr-image/create.json

  --endpoint URL            the account's endpoint (default: AWS_ENDPOINT_URL); its registry, and the layers that it
                            keeps at the same address, are reached there, too
  --registry-host HOST=URL  reach this registry at that URL; may be repeated
  --memory MB               the function's memory (default: as deployed)
  --timeout SECONDS         the function's time limit (default: as deployed)
  --log                     show what the function wrote
  --json                    print one JSON document
  --help                    this text

Credentials are those in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the ones MiniStack takes.
Ends with 0 after SUCCESS (undelivered: after any answer, since FAILED is its business), with 1 after FAILED or no
answer, with 2 where it could not run.
`;

/** Lambda's own limits. */
const MEMORY_MB = { least: 128, most: 10_240 };
const TIMEOUT_SECONDS = { least: 1, most: 900 };

/**
 * @returns `help` where that was asked for.
 * @throws LocalError for options that do not exist or do not fit.
 */
export function readInvokeOptions(
  args: readonly string[],
  endpointUrl: string | undefined,
): InvokeOptions | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [functionName, eventFile, ...others] = positionals;
  const known = ANSWERING_FUNCTION_NAMES.find((name) => name === functionName);
  if (known === undefined) {
    const what = functionName === undefined ? 'no function is named' : `there is no function ${functionName}`;
    throw new LocalError(`${what}; there are ${ANSWERING_FUNCTION_NAMES.join(', ')}`);
  }
  if (eventFile === undefined) {
    const example = known === 'undelivered' ? 'timed-out' : 'create';
    throw new LocalError(
      `no event is named; e.g. npm run invoke -- ${known} events/${known}/${example}.json`,
    );
  }
  if (others.length > 0) {
    throw new LocalError(`${others.join(' ')}: one event is invoked at a time; npm run invoke -- --help`);
  }
  const endpoint = values.endpoint ?? endpointUrl;
  return {
    functionName: known,
    eventFile,
    endpoint: endpoint ? httpUrl('--endpoint', endpoint) : undefined,
    registryHosts: Object.fromEntries(values['registry-host'].map(registryHost)),
    memoryMb: number('--memory', values.memory, MEMORY_MB),
    timeoutSeconds: number('--timeout', values.timeout, TIMEOUT_SECONDS),
    log: values.log,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        endpoint: { type: 'string' },
        'registry-host': { type: 'string', multiple: true, default: [] },
        memory: { type: 'string' },
        timeout: { type: 'string' },
        log: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
    throw new LocalError(`${reason}; npm run invoke -- --help lists the options`, undefined, { cause });
  }
}

function registryHost(text: string): [host: string, base: string] {
  const [host, base] = text.split(/=(.*)/, 2);
  if (!host || !base) {
    throw new LocalError(
      `--registry-host is "${text}": it must be HOST=URL, e.g. docker.io=http://127.0.0.1:5000`,
    );
  }
  return [host, httpUrl('--registry-host', base).href];
}

function httpUrl(option: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new LocalError(`${option} is "${value}", which is no http or https URL: e.g. http://127.0.0.1:4566`);
}

function number(
  option: string,
  value: string | undefined,
  { least, most }: { least: number; most: number },
): number | undefined {
  if (value === undefined) return undefined;
  const result = Number(value);
  if (Number.isInteger(result) && result >= least && result <= most) return result;
  throw new LocalError(`${option} is "${value}": it must be a whole number from ${least} to ${most}`);
}
