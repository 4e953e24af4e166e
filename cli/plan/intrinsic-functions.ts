import { type PropertyPath, pathOf, pathOfElement } from '../../handlers/scaling/plan/property-path.ts';
import { isFields } from '../../handlers/scaling/plan/property-shapes.ts';
import { resourceAttribute } from './resource-name.ts';
import type { Fields, Template } from './template.ts';

/** What is known besides the template. */
export interface ResolutionAsked {
  readonly template: Template;
  /** By name, as `--parameter` gives them. */
  readonly parameters: ReadonlyMap<string, string>;
}

export interface Resolution {
  readonly value: unknown;
  /** What could not be known: a clause each, with its path. */
  readonly unknown: readonly string[];
  /** What was taken for something else, a clause each: a default, a name that AWS will give. */
  readonly assumed: readonly string[];
}

/**
 * Values of a template as CloudFormation would send them, as far as the template tells: parameters by their defaults,
 * conditions, mappings, and names of clusters and services. A name that AWS gives is taken for the logical id.
 */
export function resolveValues(value: unknown, asked: ResolutionAsked): Resolution {
  const resolver = new Resolver(asked);
  const resolved = resolver.resolve(value, '');
  return { value: resolved, unknown: [...resolver.unknown], assumed: [...resolver.assumed] };
}

/** Stands for what is left out of a list or a map. */
const NO_VALUE = Symbol('AWS::NoValue');
/** A function within a function within …, and one name that stands for another. */
const MAX_DEPTH = 40;

/** They stand in ARNs of targets, of which only the names count. */
const PSEUDO_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['AWS::AccountId', '111122223333'],
  ['AWS::Partition', 'aws'],
  ['AWS::Region', 'us-east-1'],
  ['AWS::URLSuffix', 'amazonaws.com'],
]);

class Resolver {
  readonly unknown = new Set<string>();
  readonly assumed = new Set<string>();
  readonly #template: Template;
  readonly #parameters: ReadonlyMap<string, string>;
  #depth = 0;

  constructor({ template, parameters }: ResolutionAsked) {
    this.#template = template;
    this.#parameters = parameters;
  }

  resolve(value: unknown, path: PropertyPath): unknown {
    if (this.#depth >= MAX_DEPTH) return this.#give(path, 'is nested too deeply, or in a circle');
    this.#depth += 1;
    try {
      if (Array.isArray(value)) {
        return value
          .map((element, index) => this.resolve(element, pathOfElement(path, index)))
          .filter((element) => element !== NO_VALUE);
      }
      if (!isFields(value)) return value;
      const [name = '', ...more] = Object.keys(value);
      if (more.length === 0 && /^(Ref|Fn::\w+)$/.test(name)) return this.#call(name, value[name], path);
      const entries = Object.entries(value).map(
        ([key, inner]) => [key, this.resolve(inner, pathOf(path, key))] as const,
      );
      return Object.fromEntries(entries.filter(([, inner]) => inner !== NO_VALUE));
    } finally {
      this.#depth -= 1;
    }
  }

  #call(name: string, given: unknown, path: PropertyPath): unknown {
    if (name === 'Fn::If') return this.#if(given, path);
    if (name === 'Fn::Sub') return this.#sub(given, path);
    const value = this.resolve(given, path);
    const list = Array.isArray(value) ? value : [];
    const [first, second, third] = list;
    switch (name) {
      case 'Ref':
        return this.#ref(String(value), path);
      case 'Fn::GetAtt':
        return this.#getAtt(Array.isArray(value) ? list.map(String).join('.') : String(value), path);
      case 'Fn::Join':
        if (typeof first === 'string' && Array.isArray(second)) return second.map(String).join(first);
        break;
      case 'Fn::Split':
        if (typeof first === 'string' && typeof second === 'string') return second.split(first);
        break;
      case 'Fn::Select':
        if (Array.isArray(second) && Number(first) in second) return second[Number(first)];
        break;
      case 'Fn::FindInMap': {
        const found = [first, second, third].reduce<unknown>(
          (map, key) => (isFields(map) && Object.hasOwn(map, String(key)) ? map[String(key)] : undefined),
          this.#template.mappings,
        );
        if (found !== undefined) return found;
        break;
      }
    }
    return this.#give(path, `is ${name}, whose value the template does not tell`);
  }

  #ref(name: string, path: PropertyPath): unknown {
    if (name === 'AWS::NoValue') return NO_VALUE;
    const pseudo = PSEUDO_PARAMETERS.get(name);
    if (pseudo !== undefined) return pseudo;
    if (name === 'AWS::StackName') {
      this.assumed.add('the stack is taken to be called stack');
      return 'stack';
    }
    const parameter = this.#parameter(name);
    if (parameter !== undefined) return parameter;
    const isParameter = Object.hasOwn(this.#template.parameters, name);
    const why = isParameter
      ? `is the parameter ${name}, which has no value of its own: give --parameter ${name}=…`
      : `is a Ref to ${name}, whose value the template does not tell`;
    return this.#resource(name, undefined) ?? this.#give(path, why);
  }

  #getAtt(text: string, path: PropertyPath): unknown {
    const [name = '', ...attribute] = text.split('.');
    return (
      this.#resource(name, attribute.join('.')) ??
      this.#give(path, `is Fn::GetAtt of ${text}, whose value the template does not tell`)
    );
  }

  /** Undefined where there is no such parameter, or it has no value of its own. */
  #parameter(name: string): unknown {
    const { parameters } = this.#template;
    const declared = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!isFields(declared)) return undefined;
    const type = String(declared.Type ?? 'String');
    const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
    const given = this.#parameters.get(name);
    // The default of such a type names another parameter, in SSM.
    const byDefault = type.startsWith('AWS::SSM::Parameter::Value') ? undefined : declared.Default;
    if (given === undefined && byDefault !== undefined) {
      this.assumed.add(`the parameter ${name} has its default, ${JSON.stringify(String(byDefault))}`);
    }
    const text = given ?? byDefault;
    if (text === undefined) return undefined;
    return isList
      ? String(text)
          .split(',')
          .map((element) => element.trim())
      : String(text);
  }

  #resource(logicalId: string, attribute: string | undefined): string | undefined {
    const { resources } = this.#template;
    const resource = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
    if (!isFields(resource)) return undefined;
    const properties: Fields = isFields(resource.Properties) ? resource.Properties : {};
    const text = (name: string): string | undefined => {
      if (!Object.hasOwn(properties, name)) return undefined;
      const value = this.resolve(properties[name], `${logicalId}.${name}`);
      return typeof value === 'string' ? value : undefined;
    };
    const standIn = (of: string): string => {
      this.assumed.add(`${of} is taken to be called ${logicalId}, for AWS names it`);
      return logicalId;
    };
    return resourceAttribute({ type: String(resource.Type), attribute, text, standIn });
  }

  #if(given: unknown, path: PropertyPath): unknown {
    const [condition, then, otherwise] = Array.isArray(given) ? given : [];
    const holds = this.#condition({ Condition: condition });
    if (holds === undefined) {
      return this.#give(path, `is Fn::If of ${String(condition)}, which can't be told from the template`);
    }
    return this.resolve(holds ? then : otherwise, path);
  }

  /** Undefined where it can't be told. */
  #condition(given: unknown): boolean | undefined {
    if (!isFields(given) || this.#depth >= MAX_DEPTH) return undefined;
    this.#depth += 1;
    try {
      const [name = ''] = Object.keys(given);
      const list = Array.isArray(given[name]) ? (given[name] as unknown[]) : [];
      const all = () => list.map((each) => this.#condition(each));
      switch (name) {
        case 'Condition':
          return this.#condition(this.#template.conditions[String(given[name])]);
        case 'Fn::Equals':
          return this.#equals(list);
        case 'Fn::Not':
          return negated(all()[0]);
        case 'Fn::And':
          return negated(anyOf(all().map(negated)));
        case 'Fn::Or':
          return anyOf(all());
        default:
          return undefined;
      }
    } finally {
      this.#depth -= 1;
    }
  }

  #equals(list: readonly unknown[]): boolean | undefined {
    const before = this.unknown.size;
    const [one, other] = list.map((each) => JSON.stringify(this.resolve(each, 'a condition')));
    return this.unknown.size > before ? undefined : one === other;
  }

  #sub(given: unknown, path: PropertyPath): unknown {
    const [text, values] = Array.isArray(given) ? given : [given, {}];
    if (typeof text !== 'string') return this.#give(path, 'is Fn::Sub of something that is no text');
    const own = isFields(values) ? values : {};
    return text.replace(/\$\{([^}]*)\}/g, (whole, inside: string) => {
      const name = inside.trim();
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      const value = Object.hasOwn(own, name)
        ? this.resolve(own[name], path)
        : name.includes('.')
          ? this.#getAtt(name, path)
          : this.#ref(name, path);
      return typeof value === 'symbol' ? whole : String(value);
    });
  }

  #give(path: PropertyPath, what: string): undefined {
    this.unknown.add(`${path} ${what}`);
    return undefined;
  }
}

function negated(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function anyOf(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}
