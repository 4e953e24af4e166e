import { SCHEDULED_SCALING_TYPE } from '../../handlers/scaling/plan/plan-properties.ts';
import { isFields } from '../../handlers/scaling/plan/property-shapes.ts';
import { CliError } from '../cli-error.ts';

/** A map that was read from a file. */
export type Fields = Readonly<Record<string, unknown>>;

/** A CloudFormation template, as far as it is looked at. */
export interface Template {
  readonly resources: Fields;
  readonly parameters: Fields;
  readonly mappings: Fields;
  readonly conditions: Fields;
}

export interface TemplateResource {
  readonly logicalId: string;
  readonly properties: Fields;
}

/** Of a generic type a resource tells what it is by the function that it names. */
const GENERIC_TYPE = 'AWS::CloudFormation::CustomResource';
const FUNCTION_NAME = /deploytime(?:-[a-z0-9]+)?-scheduled-scaling/;

/** Undefined where it is none. */
export function readTemplate(document: unknown): Template | undefined {
  if (!isFields(document) || !isFields(document.Resources)) return undefined;
  const { Resources, Parameters, Mappings, Conditions } = document;
  const part = (value: unknown): Fields => (isFields(value) ? value : {});
  return {
    resources: Resources,
    parameters: part(Parameters),
    mappings: part(Mappings),
    conditions: part(Conditions),
  };
}

/**
 * The plans of a template, or the one of them that is named.
 * @throws CliError `Usage`: there is none.
 */
export function scheduledScalings(
  { resources }: Template,
  { path, resource }: { readonly path: string; readonly resource: string | undefined },
): readonly TemplateResource[] {
  const all = Object.entries(resources).filter(([, value]) => isScheduledScaling(value));
  const known = all.length === 0 ? 'none' : all.map(([logicalId]) => logicalId).join(', ');
  if (resource === undefined && all.length === 0) {
    throw new CliError('Usage', `${path} has no resource of the type ${SCHEDULED_SCALING_TYPE}`);
  }
  const asked = all.filter(([logicalId]) => resource === undefined || logicalId === resource);
  if (asked.length === 0) {
    const other = Object.hasOwn(resources, String(resource))
      ? typeOf(resources[String(resource)])
      : undefined;
    const found = other === undefined ? 'is not in' : `is of the type ${other} in`;
    throw new CliError(
      'Usage',
      `${resource} ${found} ${path}; of the type ${SCHEDULED_SCALING_TYPE} it has ${known}`,
    );
  }
  return asked.map(([logicalId, value]) => {
    const { Properties: properties = {} } = value as Fields;
    return { logicalId, properties: isFields(properties) ? properties : {} };
  });
}

export function typeOf(resource: unknown): string | undefined {
  const type = isFields(resource) ? resource.Type : undefined;
  return typeof type === 'string' ? type : undefined;
}

function isScheduledScaling(resource: unknown): boolean {
  const type = typeOf(resource);
  if (type === SCHEDULED_SCALING_TYPE) return true;
  if (type !== GENERIC_TYPE || !isFields(resource) || !isFields(resource.Properties)) return false;
  return FUNCTION_NAME.test(JSON.stringify(resource.Properties.ServiceToken ?? ''));
}
