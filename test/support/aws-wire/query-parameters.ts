import { AwsError } from './aws-error.ts';

/** What an action takes: the name of each parameter, with how it is read. */
export type QueryFields = Readonly<Record<string, QueryField>>;

export type QueryField =
  | { readonly kind: 'text' | 'boolean' | 'number' | 'integer'; readonly isRequired?: boolean }
  | { readonly kind: 'structure'; readonly fields: QueryFields; readonly isRequired?: boolean }
  /** Sent as `<name>.<member>.<n>`, n from 1. */
  | {
      readonly kind: 'list';
      readonly member: string;
      readonly of: QueryField;
      readonly isRequired?: boolean;
    };

type Tree = Map<string, Tree | string>;

/**
 * Reads a form-encoded body. Stricter than AWS, which passes over a parameter that it does not know.
 * @throws AwsError MissingParameter, InvalidParameterValue, InvalidQueryParameter
 */
export function parseQueryParameters(
  parameters: URLSearchParams,
  fields: QueryFields,
): Record<string, unknown> {
  const tree: Tree = new Map();
  for (const [name, value] of parameters) {
    if (name !== 'Action' && name !== 'Version') plant(tree, name.split('.'), value, name);
  }
  return readStructure(tree, fields, '');
}

function plant(tree: Tree, path: readonly string[], value: string, name: string): void {
  const [first = '', ...rest] = path;
  const found = tree.get(first);
  if (rest.length === 0) {
    if (found !== undefined) throw new AwsError('InvalidQueryParameter', `The parameter ${name} comes twice`);
    tree.set(first, value);
    return;
  }
  if (typeof found === 'string')
    throw new AwsError('InvalidQueryParameter', `The parameter ${name} is malformed`);
  const branch: Tree = found ?? new Map();
  tree.set(first, branch);
  plant(branch, rest, value, name);
}

function readStructure(tree: Tree, fields: QueryFields, prefix: string): Record<string, unknown> {
  for (const name of tree.keys()) {
    if (!Object.hasOwn(fields, name)) {
      throw new AwsError('InvalidQueryParameter', `There is no parameter ${prefix}${name} here`);
    }
  }
  const read: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const branch = tree.get(name);
    if (branch !== undefined) read[name] = readValue(branch, field, `${prefix}${name}`);
    else if (field.isRequired) {
      throw new AwsError('MissingParameter', `The request must contain the parameter ${prefix}${name}`);
    }
  }
  return read;
}

function readValue(branch: Tree | string, field: QueryField, name: string): unknown {
  if (field.kind === 'structure' || field.kind === 'list') {
    // An empty list is sent as an empty value.
    if (branch === '') return field.kind === 'list' ? [] : {};
    if (typeof branch === 'string') throw malformed(name, branch);
    return field.kind === 'list'
      ? readList(branch, field, name)
      : readStructure(branch, field.fields, `${name}.`);
  }
  if (typeof branch !== 'string') throw malformed(name, '…');
  switch (field.kind) {
    case 'text':
      return branch;
    case 'boolean':
      if (branch !== 'true' && branch !== 'false') throw malformed(name, branch);
      return branch === 'true';
    case 'integer':
    case 'number': {
      const number = Number(branch);
      if (branch.trim() === '' || !Number.isFinite(number)) throw malformed(name, branch);
      if (field.kind === 'integer' && !Number.isInteger(number)) throw malformed(name, branch);
      return number;
    }
  }
}

function readList(
  tree: Tree,
  { member, of }: { readonly member: string; readonly of: QueryField },
  name: string,
): unknown[] {
  const entries = tree.get(member);
  if (tree.size !== 1 || entries === undefined || typeof entries === 'string') {
    throw new AwsError('InvalidQueryParameter', `The members of ${name} are called ${name}.${member}.1, …`);
  }
  return Array.from({ length: entries.size }, (_, index) => {
    const entry = entries.get(String(index + 1));
    if (entry === undefined) throw malformed(`${name}.${member}.${index + 1}`, '');
    return readValue(entry, of, `${name}.${member}.${index + 1}`);
  });
}

function malformed(name: string, value: string): AwsError {
  return new AwsError('InvalidParameterValue', `${name} is malformed: ${value}`);
}
