import { readFile, stat } from 'node:fs/promises';
import { type CollectionTag, Pair, parseDocument, Scalar, type ScalarTag, YAMLMap } from 'yaml';
import { CliError } from '../cli-error.ts';

/** A template holds 1 MB, one that the CDK has written with its metadata somewhat more. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** Anchors that are used more often than anybody writes by hand make a small file large. */
const MAX_ALIASES = 100;

/**
 * CloudFormation's short forms, in the words of its long ones.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'GetStackOutput',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
];
const TAGS: ReadonlyMap<string, string> = new Map([
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...FUNCTIONS.map((name) => [`!${name}`, `Fn::${name}`] as const),
]);

/**
 * Reads a file of JSON or YAML; `!Ref a` becomes `{"Ref": "a"}`, as in JSON.
 * @throws CliError `Usage`: it can't be read, or is neither.
 */
export async function readDocument(path: string): Promise<unknown> {
  const text = await readText(path);
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // YAML has brackets, too.
    }
  }
  const document = parseDocument(text, {
    customTags: [...TAGS].flatMap(([tag, name]) => shortForms(tag, name)),
    // A name that no object has from the start.
    merge: false,
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const said = problem.message.split('\n')[0]?.replace(/:$/, '') ?? '';
    throw new CliError('Usage', `${path} is neither JSON nor YAML: ${said}`, { cause: problem });
  }
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new CliError('Usage', `${path} can't be read as YAML: ${said}`, { cause: error });
  }
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new CliError('Usage', `${path} has ${size} bytes; ${MAX_FILE_BYTES} at most are read`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a directory' : code;
    throw new CliError('Usage', `${path} can't be read: ${why}`, { cause: error });
  }
}

/** A tag stands before a text, a list or a map. */
function shortForms(tag: string, name: string): (ScalarTag | CollectionTag)[] {
  const wrapped = (value: unknown) => {
    const map = new YAMLMap();
    map.items.push(new Pair(new Scalar(name), value));
    return map;
  };
  return [
    { tag, resolve: (text: string) => ({ [name]: text }) },
    { tag, collection: 'seq', resolve: wrapped },
    { tag, collection: 'map', resolve: wrapped },
  ];
}
