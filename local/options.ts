import { parseArgs } from 'node:util';
import { LocalError } from './local-error.ts';
import { STORIES, type Story } from './story.ts';

/** What `npm run local -- …` was asked for. */
export interface LocalOptions {
  readonly help: boolean;
  /** What is shown. */
  readonly stories: readonly Story[];
  /** Leave the account running, with the examples in it. */
  readonly keep: boolean;
  /** End the accounts that were left running. */
  readonly stop: boolean;
  /** MiniStack's port. Undefined: a free one. */
  readonly port: number | undefined;
}

export const HELP = `Usage: npm run local -- [options]

Runs the whole chain on this machine: deploys the service and example stacks with the CDK CLI to an account on
MiniStack, updates and deletes the examples, and shows what the service answered and what moved by it.

  --only WHAT  show this alone; may be repeated (default: all)
                 images   an image is there before the function that needs it (Custom::EcrImage)
                 tags     the application is released, and its function moves (Custom::ImageTag)
                 layers   a layer is built anew and changed, and its functions stay or move (Custom::LayerFingerprint)
                 scaling  a cluster and a service are larger for some hours (Custom::ScheduledScaling)
  --keep       leave the account running, with the examples in it, and print how to talk to it
  --stop       end the accounts that were left running
  --port N     MiniStack's port (default: a free one)
  --help       this text

With AWS_ENDPOINT_URL set, the account at that endpoint is used instead of MiniStack. What was deployed there is
removed at the end, also after a failure or Ctrl-C (not with --keep), except CDK's bootstrap stack.
NO_COLOR turns colours off.
`;

const HIGHEST_PORT = 65_535;

/** @throws LocalError for an option that does not exist or does not fit. */
export function readOptions(args: readonly string[], endpointUrl: string | undefined): LocalOptions {
  const values = parse(args);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT)) {
    throw new LocalError(`--port is "${values.port}": it must be a number from 1 to ${HIGHEST_PORT}`);
  }
  if (port !== undefined && endpointUrl) {
    throw new LocalError(
      '--port is for MiniStack, which is not started while AWS_ENDPOINT_URL is set: leave one of them out',
    );
  }
  if (endpointUrl && !/^https?:$/.test(URL.parse(endpointUrl)?.protocol ?? '')) {
    throw new LocalError(
      `AWS_ENDPOINT_URL is "${endpointUrl}": it must begin with http:// or https://, e.g. http://127.0.0.1:4566`,
    );
  }
  return {
    help: values.help,
    stories: readStories(values.only),
    keep: values.keep,
    stop: values.stop,
    port,
  };
}

/** In the order in which they are told, whatever the order of the options. */
function readStories(names: readonly string[]): readonly Story[] {
  const unknown = names.find((name) => !STORIES.some((story) => story === name));
  if (unknown !== undefined) {
    throw new LocalError(`--only is "${unknown}": it must be one of ${STORIES.join(', ')}`);
  }
  return names.length === 0 ? STORIES : STORIES.filter((story) => names.includes(story));
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        only: { type: 'string', multiple: true, default: [] },
        keep: { type: 'boolean', default: false },
        stop: { type: 'boolean', default: false },
        port: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
    throw new LocalError(`${reason}; npm run local -- --help lists the options`, undefined, { cause });
  }
}
