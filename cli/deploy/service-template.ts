import { CliError } from '../cli-error.ts';
import { PROVIDERS, SERVICE_FUNCTIONS, VERSION_VARIABLE } from '../service/service-name.ts';
import { compareVersions } from '../service/version.ts';

/** A parameter as the template declares it. */
export interface TemplateParameter {
  readonly name: string;
  /** Undefined: it must be given. */
  readonly byDefault: string | undefined;
  readonly allowedValues: readonly string[] | undefined;
  readonly allowedPattern: string | undefined;
  /** What its author says of a value that doesn't fit. */
  readonly constraint: string | undefined;
  /** Its value is not to be shown. */
  readonly isSecret: boolean;
}

/** The service as one template. */
export interface ServiceTemplate {
  /** As it is sent. */
  readonly body: string;
  readonly parameters: ReadonlyMap<string, TemplateParameter>;
  /** Of the service that it deploys; undefined where it doesn't tell. */
  readonly version: string | undefined;
}

/** Every function of every version has one of these. */
const SERVICE_VARIABLE = /^DEPLOYTIME_/;

/**
 * CloudFormation takes no larger one.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export const MAX_TEMPLATE_BYTES = 1024 * 1024;

/** @throws CliError `Usage` for what is no template of the service. */
export function readServiceTemplate(body: string, path: string): ServiceTemplate {
  const template = parse(body);
  if (template === undefined || !isServiceTemplate(body)) {
    throw new CliError('Usage', `${path} is no template of the service, as the package's build makes it`);
  }
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_TEMPLATE_BYTES) {
    throw new CliError(
      'Usage',
      `${path} has ${bytes} bytes; CloudFormation takes a template of ${MAX_TEMPLATE_BYTES} at most`,
    );
  }
  const parameters = Object.entries(objectIn(template, 'Parameters') ?? {}).map(
    ([name, declared]) => [name, readParameter(name, declared)] as const,
  );
  return { body, parameters: new Map(parameters), version: serviceVersionIn(body) };
}

/** Whether it deploys this service: one of its functions has the service's own variables. */
export function isServiceTemplate(body: string): boolean {
  return serviceFunctionsIn(body).length > 0;
}

/** How the logical ids of the functions begin in a stack that is the service's own: `EcrImage` of `ecr-image`. */
const OWN_LOGICAL_IDS = SERVICE_FUNCTIONS.map((name) =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
);

/**
 * The logical id of a function of the service that is within a construct of another name, as in an app that has the
 * service among its own; undefined where there is none.
 */
export function functionOutsideIn(body: string): string | undefined {
  const outside = serviceFunctionsIn(body).find(
    ({ logicalId }) => !OWN_LOGICAL_IDS.some((own) => logicalId.startsWith(own)),
  );
  return outside?.logicalId;
}

/** The newest version that a function of the template has; undefined where none has one. */
export function serviceVersionIn(body: string): string | undefined {
  const versions = serviceFunctionsIn(body).flatMap(({ variables }) => {
    const version = variables[VERSION_VARIABLE];
    return typeof version === 'string' ? [version] : [];
  });
  return versions.toSorted((one, other) => compareVersions(one, other) ?? 0).at(-1);
}

const PROVIDER_NAME = new RegExp(`^deploytime(?:-([a-z][a-z0-9]{0,15}))?-(?:${PROVIDERS.join('|')})$`);

/** The qualifier in the names of a template that has no parameter for it, as the CDK's; undefined where none tells. */
export function qualifierIn(body: string): string | undefined {
  for (const resource of Object.values(objectIn(parse(body), 'Resources') ?? {})) {
    const name = objectIn(resource, 'Properties')?.FunctionName;
    const found = typeof name === 'string' ? PROVIDER_NAME.exec(name) : null;
    if (found !== null) return found[1] ?? '';
  }
  return undefined;
}

interface ServiceFunction {
  readonly logicalId: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

function serviceFunctionsIn(body: string): readonly ServiceFunction[] {
  const resources = objectIn(parse(body), 'Resources') ?? {};
  return Object.entries(resources).flatMap(([logicalId, resource]) => {
    if (!isObject(resource) || resource.Type !== 'AWS::Lambda::Function') return [];
    const environment = objectIn(objectIn(resource, 'Properties'), 'Environment');
    const variables = objectIn(environment, 'Variables') ?? {};
    const isOfService = Object.keys(variables).some((name) => SERVICE_VARIABLE.test(name));
    return isOfService ? [{ logicalId, variables }] : [];
  });
}

function readParameter(name: string, declared: unknown): TemplateParameter {
  const { Default, AllowedValues, AllowedPattern, ConstraintDescription, NoEcho } = isObject(declared)
    ? declared
    : {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    name,
    byDefault: Default === undefined ? undefined : String(Default),
    allowedValues: Array.isArray(AllowedValues) ? AllowedValues.map(String) : undefined,
    allowedPattern: text(AllowedPattern),
    constraint: text(ConstraintDescription),
    isSecret: NoEcho === true || NoEcho === 'true',
  };
}

function parse(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const template: unknown = JSON.parse(body);
    return isObject(template) ? template : undefined;
  } catch {
    // What is not JSON was not written by this project.
    return undefined;
  }
}

function objectIn(value: unknown, name: string): Readonly<Record<string, unknown>> | undefined {
  const inner = isObject(value) ? value[name] : undefined;
  return isObject(inner) ? inner : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
