import { Command, Option } from 'commander';
import type { ImageSelector } from '../handlers/oci/image-selector.ts';
import type { Platform } from '../handlers/oci/platform.ts';
import { CliError } from './cli-error.ts';
import { readBucketName, readQualifier, readStackName } from './deploy-options.ts';
import type { Streams } from './output.ts';
import {
  DEFAULT_DAYS,
  type Moment,
  readMoment,
  readPlanId,
  readTableName,
  readTemplateParameter,
} from './plan/plan-options.ts';
import {
  readParameterName,
  readPlatform,
  readRegistryId,
  readRepositoryName,
  readResourceTag,
  readTag,
  readWait,
  WAIT_SECONDS,
} from './tag-options.ts';

/** The options of `deploytime tag` as they were given. */
export interface TagOptions {
  readonly parameter: string;
  readonly repository: string;
  readonly registryId?: string;
  readonly platform?: Platform;
  readonly pin?: boolean;
  readonly wait: number;
  readonly allowOlder?: boolean;
  readonly tags?: ReadonlyMap<string, string>;
  readonly region?: string;
  readonly profile?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export interface FingerprintOptions {
  readonly exclude?: readonly string[];
  readonly list?: boolean;
  readonly json?: boolean;
}

/** The options of `deploytime plan` as they were given. */
export interface PlanOptions {
  readonly plan?: string;
  readonly table: string;
  readonly resource?: string;
  readonly parameter?: ReadonlyMap<string, string>;
  readonly from?: Moment;
  readonly to?: Moment;
  readonly present?: string;
  readonly observe?: boolean;
  readonly svg?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
  /** For tests. */
  readonly now?: Moment;
}

/** The options of `deploytime deploy` as they were given. */
export interface DeployOptions {
  readonly stackName?: string;
  readonly qualifier?: string;
  readonly parameter?: ReadonlyMap<string, string>;
  readonly bucket?: string;
  readonly allowDowngrade?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
  /** For tests. */
  readonly template?: string;
}

/** The options of `deploytime doctor` as they were given. */
export interface DoctorOptions {
  readonly qualifier?: string;
  readonly stacks: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** The options of `deploytime remove` as they were given. */
export interface RemoveOptions {
  readonly stackName?: string;
  readonly qualifier?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** What the program does where it is not for help. */
export interface Actions {
  deploy(options: DeployOptions): Promise<void>;
  doctor(options: DoctorOptions): Promise<void>;
  remove(options: RemoveOptions): Promise<void>;
  tag(selector: ImageSelector, options: TagOptions): Promise<void>;
  fingerprint(paths: readonly string[], options: FingerprintOptions): Promise<void>;
  plan(path: string | undefined, options: PlanOptions): Promise<void>;
}

const EXIT_CODES_HELP = `Exit codes: 0 done, healthy or nothing to do, 1 unexpected, 2 usage, 3 image not there in time, 4 older image refused,
5 access or credentials, 6 parameter can't be used, 7 AWS not reached or throttled, 8 deployment failed, 9 not confirmed,
10 stack can't be deployed as it is, 11 older version refused, 12 the service is not healthy, 13 not known,
14 the service is in use.`;

/** Reads the command line. It ends no process and writes no errors: commander throws a CommanderError for each end. */
export function buildProgram(
  actions: Actions,
  options: { readonly version: string; readonly streams: Pick<Streams, 'stdout' | 'stderr'> },
): Command {
  const { stdout, stderr } = options.streams;
  const program = new Command('deploytime')
    .description(
      "The deploy-time service's command line: deploys the service and looks after it, releases an image, hashes what a Lambda layer contains, and tells what is scaled when.",
    )
    .version(options.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this text')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => {},
    })
    .addHelpText('after', `\nExample:\n  deploytime deploy --dry-run\n\n${EXIT_CODES_HELP}`);
  addDeploy(program, actions);
  addDoctor(program, actions);
  addRemove(program, actions);
  addTag(program, actions);
  addFingerprint(program, actions);
  addPlan(program, actions);
  return program;
}

function addDeploy(program: Command, actions: Actions): void {
  program
    .command('deploy')
    .summary('deploy the service, or bring it to this version')
    .description(
      'Deploys the service into the account and Region of the credentials, or brings it to this version: shows what would change, asks, and follows CloudFormation to the end.',
    )
    .option(
      '--stack-name <name>',
      'the stack (default: deploytime, or deploytime-<qualifier>)',
      readStackName,
    )
    .option('--qualifier <text>', 'goes into every name, for a second copy beside the first', readQualifier)
    .option(
      '--parameter <name=value>',
      "a parameter of the service's template; may be repeated (default on an update: the present value)",
      readTemplateParameter,
    )
    .option(
      '--bucket <name>',
      "where the template is put (default: the CDK's own, or one that is made)",
      readBucketName,
    )
    .option('--allow-downgrade', 'also go back to an older version')
    .option('--yes', 'agree to whatever would be asked, as pipelines must')
    .option('--dry-run', 'show what would change, and deploy nothing')
    .option('--region <region>', "the AWS Region (default: AWS_REGION, or the profile's)")
    .option('--profile <name>', 'the profile of the AWS configuration (default: AWS_PROFILE)')
    .option('--json', 'print one JSON object')
    .addOption(new Option('--template <file>').hideHelp())
    .addHelpText('after', example('deploytime deploy --parameter LogRetention=30 --yes'))
    .action((options: DeployOptions) => actions.deploy(options));
}

function addDoctor(program: Command, actions: Actions): void {
  program
    .command('doctor')
    .summary('tell whether the service is here and healthy, and who uses it')
    .description(
      'Looks at the service in the account and Region of the credentials: its functions, their version, what they depend on, and which stacks use it. It changes nothing.',
    )
    .option('--qualifier <text>', 'which copy of the service (default: the one without)', readQualifier)
    .option('--no-stacks', "don't look which stacks use it, which takes a call for each stack")
    .option('--region <region>', "the AWS Region (default: AWS_REGION, or the profile's)")
    .option('--profile <name>', 'the profile of the AWS configuration (default: AWS_PROFILE)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', example('deploytime doctor --region eu-central-1'))
    .action((options: DoctorOptions) => actions.doctor(options));
}

function addRemove(program: Command, actions: Actions): void {
  program
    .command('remove')
    .summary('remove the service, once no stack uses it')
    .description(
      'Removes the service from the account and Region of the credentials. While stacks use it, it is refused: without the service they could be neither updated nor deleted.',
    )
    .option(
      '--stack-name <name>',
      'the stack (default: deploytime, or deploytime-<qualifier>)',
      readStackName,
    )
    .option('--qualifier <text>', 'which copy of the service (default: the one without)', readQualifier)
    .option('--yes', 'agree to whatever would be asked, as pipelines must')
    .option('--dry-run', 'show what would go, and remove nothing')
    .option('--region <region>', "the AWS Region (default: AWS_REGION, or the profile's)")
    .option('--profile <name>', 'the profile of the AWS configuration (default: AWS_PROFILE)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', example('deploytime remove --dry-run'))
    .action((options: RemoveOptions) => actions.remove(options));
}

function addTag(program: Command, actions: Actions): void {
  program
    .command('tag')
    .summary('release an image: write its tag into an SSM parameter')
    .description(
      'Releases an image: makes sure that it is in its repository, and writes its tag into the SSM parameter that the infrastructure reads. An older image is refused.',
    )
    .argument('<tag>', 'a tag, sha256:… or tag@sha256:…', readTag)
    .option(
      '--parameter <name>',
      'required: the SSM parameter (String); it is created if missing',
      readParameterName,
    )
    .option('--repository <name>', 'required: the ECR repository, such as team/app', readRepositoryName)
    .option('--registry-id <account>', "the repository's account (default: the caller's own)", readRegistryId)
    .option(
      '--platform <os/arch>',
      'refuse an index that has no image for it, such as linux/arm64',
      readPlatform,
    )
    .option('--pin', 'write tag@digest instead of the tag')
    .option(
      '--wait <seconds>',
      `how long to wait for the image, ${WAIT_SECONDS.least} to ${WAIT_SECONDS.most}`,
      readWait,
      WAIT_SECONDS.byDefault,
    )
    .option('--allow-older', 'also go back to an image that was pushed earlier')
    .option('--tags <key=value>', 'a tag for a parameter that is created; may be repeated', readResourceTag)
    .option('--region <region>', "the AWS Region (default: AWS_REGION, or the profile's)")
    .option('--profile <name>', 'the profile of the AWS configuration (default: AWS_PROFILE)')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', example('deploytime tag v1.5.0 --parameter /app/tag --repository team/app'))
    .action((selector: ImageSelector, options: TagOptions) => {
      requireOptions(options, ['parameter', 'repository']);
      return actions.tag(selector, options);
    });
}

function addFingerprint(program: Command, actions: Actions): void {
  program
    .command('fingerprint')
    .summary('hash what a Lambda layer contains')
    .description(
      "Hashes what Lambda layers contain, each a directory or a zip: 64 hexadecimal digits, the same as Custom::LayerFingerprint's.",
    )
    .argument('<path...>', 'directories and zip files')
    .option('--exclude <glob>', 'leave out what matches; may be repeated', collect)
    .option('--list', 'show what went in, a line for each entry')
    .option('--json', 'print one JSON object')
    .addHelpText('after', example("deploytime fingerprint layer/ layer.zip --exclude 'tests/'"))
    .action((paths: string[], options: FingerprintOptions) => actions.fingerprint(paths, options));
}

function addPlan(program: Command, actions: Actions): void {
  program
    .command('plan')
    .summary('tell what Custom::ScheduledScaling will do when')
    .description(
      'Tells what a Custom::ScheduledScaling will do when: each start and end, the calls in their order, how long they take, and what daylight saving does. It changes nothing, and asks AWS nothing but with --plan and --observe.',
    )
    .argument('[file]', 'a CloudFormation template, or a plan: the properties alone; YAML or JSON')
    .option('--plan <id>', 'in place of a file: the plan that is deployed, by its PlanId', readPlanId)
    .option('--table <name>', "the service's table, for --plan", readTableName, 'deploytime-scaling')
    .option('--resource <logical-id>', 'the one resource of the template that is meant (default: all)')
    .option('--parameter <name=value>', 'a parameter of the template; may be repeated', readTemplateParameter)
    .option('--from <when>', "a date of the plan's zone, or an instant (default: now)", readMoment)
    .option(
      '--to <when>',
      `not included; at most a year later (default: ${DEFAULT_DAYS} days later)`,
      readMoment,
    )
    .option('--present <file>', 'what the targets have outside of all windows')
    .option('--observe', 'look at what the targets have now')
    .option('--svg <file>', 'also draw the timeline')
    .option('--region <region>', "the AWS Region (default: AWS_REGION, or the profile's)")
    .option('--profile <name>', 'the profile of the AWS configuration (default: AWS_PROFILE)')
    .option('--json', 'print one JSON object')
    .addOption(new Option('--now <when>').argParser(readMoment).hideHelp())
    .addHelpText('after', example('deploytime plan template.yaml --from 2026-10-24 --to 2026-10-27'))
    .action((path: string | undefined, options: PlanOptions) => actions.plan(path, options));
}

/** Commander's own required options hide that another one was misspelt. */
function requireOptions<T extends object>(options: T, names: readonly (keyof T & string)[]): void {
  const missing = names.filter((name) => options[name] === undefined).map((name) => `--${name}`);
  if (missing.length === 0) return;
  throw new CliError(
    'Usage',
    `${missing.join(' and ')} must be given; deploytime tag --help tells what there is`,
  );
}

function collect(text: string, former: readonly string[] = []): readonly string[] {
  return [...former, text];
}

function example(command: string): string {
  return `\nExample:\n  ${command}\n\n${EXIT_CODES_HELP}`;
}
