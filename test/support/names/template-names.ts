import { resourceTypes } from '../../../reference/resource-types.ts';
import { definedPaths, givenPaths } from './property-path.ts';

/** A template, or what of one stands in a page. */
export interface WrittenTemplate {
  /** The file that it stands in. */
  readonly file: string;
  readonly Resources: Readonly<Record<string, WrittenResource>>;
  readonly Outputs?: unknown;
}

export interface WrittenResource {
  readonly Type?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Of this type a resource tells what it is by the function that it names. */
const GENERIC_TYPE = 'AWS::CloudFormation::CustomResource';
const FUNCTION = new RegExp(
  `function:deploytime(?:-[a-z0-9]+)?-(${resourceTypes.map(({ name }) => name).join('|')})\\b`,
);
const PATHS = new Map(resourceTypes.map((type) => [type.type as string, definedPaths(type)]));

/** The types of deploytime that a template uses, each as often as it does. */
export function usedTypes({ Resources }: WrittenTemplate): string[] {
  return Object.values(Resources).flatMap((resource) => typeOf(resource) ?? []);
}

/** Each type, property, attribute or function that a template names and deploytime does not have, with the file. */
export function nameMistakes(template: WrittenTemplate): string[] {
  const { file, Resources } = template;
  return [
    ...Object.entries(Resources).flatMap(([id, resource]) =>
      resourceMistakes(resource).map((mistake) => `${file}: ${id} ${mistake}`),
    ),
    ...attributesRead(template).flatMap(([id, attribute]) => {
      const type = resourceTypes.find((each) => each.type === typeOf(Resources[id] ?? {}));
      return type === undefined || Object.hasOwn(type.attributes, attribute)
        ? []
        : [`${file}: ${type.type} has no attribute ${attribute}, which is read of ${id}`];
    }),
  ];
}

function resourceMistakes(resource: WrittenResource): string[] {
  const type = typeOf(resource);
  if (type === undefined) return [];
  const paths = PATHS.get(type);
  if (paths === undefined) return [`is of the type ${type}, which there is not`];
  const unknown = givenPaths(resource.Properties).filter((path) => !paths.has(path));
  const [, named] = FUNCTION.exec(JSON.stringify(resource.Properties?.ServiceToken ?? '')) ?? [];
  const own = resourceTypes.find((each) => each.type === type)?.name;
  return [
    ...unknown.map((path) => `gives ${path}, which ${type} does not have`),
    ...(named === undefined || named === own
      ? []
      : [`is a ${type}, and names the function deploytime-${named}`]),
  ];
}

function typeOf({ Type, Properties }: WrittenResource): string | undefined {
  if (Type?.startsWith('Custom::')) return Type;
  if (Type !== GENERIC_TYPE) return undefined;
  const [, named] = FUNCTION.exec(JSON.stringify(Properties?.ServiceToken ?? '')) ?? [];
  return resourceTypes.find(({ name }) => name === named)?.type;
}

/** Logical ids and attributes, by `Fn::GetAtt` and within `Fn::Sub`. */
function attributesRead(value: unknown): [id: string, attribute: string][] {
  if (Array.isArray(value)) return value.flatMap(attributesRead);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    if (name === 'Fn::GetAtt') {
      const [id = '', ...attribute] = Array.isArray(inner) ? inner.map(String) : String(inner).split('.');
      return [[id, attribute.join('.')]];
    }
    if (name === 'Fn::Sub') {
      const text = Array.isArray(inner) ? inner[0] : inner;
      const within = [...String(text).matchAll(/\$\{(\w+)\.([\w.]+)\}/g)];
      return [
        ...within.map(([, id = '', attribute = '']): [string, string] => [id, attribute]),
        ...(Array.isArray(inner) ? attributesRead(inner.slice(1)) : []),
      ];
    }
    return attributesRead(inner);
  });
}
