/** What CloudFormation makes of a template before it looks at its resources. */
export interface GivenTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default: string }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, unknown>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

const NO_VALUE = Symbol('AWS::NoValue');

/**
 * A template with its parameters' values in it, its conditions decided, and texts put together. What only an account
 * knows stays as it is: `<AWS::Region>`, `<EcrImageRole.Arn>`.
 * @throws Error for a function that is not known here.
 */
export function giveParameters(
  template: Template,
  given: Readonly<Record<string, string>> = {},
): GivenTemplate {
  const { Parameters = {}, Conditions = {}, Resources, Outputs } = template;
  const values = new Map(
    Object.entries(Parameters).map(([name, { Type, Default }]) => {
      const value = given[name] ?? Default;
      return [name, Type === 'Number' ? Number(value) : value];
    }),
  );

  function evaluate(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(evaluate).filter((item) => item !== NO_VALUE);
    const entries = Object.entries(value);
    const [[name, argument] = ['', undefined]] = entries;
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return call(name, argument);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, evaluate(item)]).filter(([, item]) => item !== NO_VALUE),
    );
  }

  function call(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        if (argument === 'AWS::NoValue') return NO_VALUE;
        return values.get(String(argument)) ?? `<${argument}>`;
      case 'Fn::GetAtt':
        return `<${(argument as string[]).join('.')}>`;
      case 'Fn::If': {
        const [condition, then, otherwise] = argument as [string, unknown, unknown];
        return evaluate(evaluate(Conditions[condition]) === true ? then : otherwise);
      }
      case 'Fn::Not':
        return !evaluate((argument as unknown[])[0]);
      case 'Fn::Equals': {
        const [left, right] = evaluate(argument) as unknown[];
        return String(left) === String(right);
      }
      case 'Fn::Join': {
        const [delimiter, parts] = argument as [string, unknown];
        return (evaluate(parts) as unknown[]).join(delimiter);
      }
      case 'Fn::Split': {
        const [delimiter, source] = argument as [string, unknown];
        return String(evaluate(source)).split(delimiter);
      }
      case 'Fn::Select': {
        const [index, list] = argument as [string | number, unknown];
        return (evaluate(list) as unknown[])[Number(index)];
      }
      default:
        throw new Error(`${name} is not known to this test`);
    }
  }

  return { Resources: evaluate(Resources), Outputs: evaluate(Outputs) } as GivenTemplate;
}
