import type { IssuedUrl } from './response-server.ts';
import type { CustomResourceAnswer, CustomResourceRequest } from './wire.ts';

/** The rules that every answer keeps. Each is a line of AWS's documentation, or one learned the hard way. */
export type Rule =
  | 'answers the request'
  | 'answers once'
  | 'answers while it runs'
  | 'ends after its answer'
  | 'is accepted by S3'
  | 'fits into 4096 bytes'
  | 'is a JSON object'
  | 'says SUCCESS or FAILED'
  | 'has a physical resource id'
  | 'gives the ids back'
  | 'gives a reason for a failure'
  | 'has simple data'
  | 'has every attribute'
  | 'keeps the id when an update fails'
  | 'keeps the id when deleted'
  | 'keeps the response URL secret'
  | 'goes to the response URL only';

/** A rule that was broken, and how. */
export interface Violation {
  readonly rule: Rule;
  readonly sentence: string;
}

/** One request with what came of it, as far as the rules go. */
export interface AnsweredRequest {
  readonly request: CustomResourceRequest;
  readonly issued: IssuedUrl;
  /** How often the request was given to a function, retries and destinations included. */
  readonly deliveries: number;
  /** Whether an invocation has still not ended. */
  readonly running: boolean;
  /** Whether CloudFormation gave up before an answer came. */
  readonly timedOut: boolean;
  /** Attributes that are documented for the type, or asked for in the template. */
  readonly attributes: readonly string[];
  /** What the function logged so far. Default: nothing. */
  readonly log?: string;
}

/** An answer's bound; over it CloudFormation only says that the response object is too long. */
export const MAX_ANSWER_BYTES = 4096;
export const MAX_PHYSICAL_ID_BYTES = 1024;
const KNOWN_STATUS: readonly unknown[] = ['SUCCESS', 'FAILED'];
const SECRET_PARAMETERS = ['X-Amz-Signature', 'X-Amz-Security-Token', 'X-Amz-Credential'] as const;

/** Every rule that the answers to a request break; to be asked when its invocations have ended. */
export function violationsOf(answered: AnsweredRequest): Violation[] {
  const stored = answered.issued.puts.filter(({ outcome }) => outcome === 'accepted' || outcome === 'lost');
  const bodies = new Map(stored.map(({ body }) => [body.toString('latin1'), body]));
  return [
    ...transportViolations(answered, stored.length, bodies.size),
    ...[...bodies.values()].flatMap((body) => bodyViolations(answered, body)),
    ...leaks(answered, [...bodies.values()]),
  ];
}

/** The answer, where the body is enough of one to go on with. */
export function parseAnswer(body: Buffer): CustomResourceAnswer | undefined {
  const answer = parseObject(body);
  if (!answer || body.length > MAX_ANSWER_BYTES || !KNOWN_STATUS.includes(answer.Status)) return undefined;
  return answer as unknown as CustomResourceAnswer;
}

function transportViolations(answered: AnsweredRequest, stored: number, different: number): Violation[] {
  const { puts } = answered.issued;
  const violations: Violation[] = puts.flatMap(({ refusal }) =>
    refusal ? [violation(answered, 'is accepted by S3', refusal)] : [],
  );
  if (answered.timedOut) {
    const sentence = `It was not answered in time: ${puts.length} PUTs, of which ${stored} were stored`;
    violations.push(violation(answered, 'answers the request', sentence));
  } else if (stored === 0) {
    violations.push(violation(answered, 'answers the request', 'It was never answered'));
  }
  if (different > 1) {
    violations.push(
      violation(answered, 'answers once', `It was answered with ${different} different bodies`),
    );
  }
  const accepted = puts.filter(({ outcome }) => outcome === 'accepted').length;
  if (different === 1 && accepted > answered.deliveries) {
    const sentence = `${accepted} answers were accepted for ${answered.deliveries} deliveries`;
    violations.push(violation(answered, 'answers once', sentence));
  }
  if (stored > 0 && answered.running) {
    const sentence = 'The function went on after its answer, and did not end';
    violations.push(violation(answered, 'ends after its answer', sentence));
  }
  if (puts.some(({ late }) => late)) {
    const sentence = 'A PUT came after the function had returned, when Lambda would have frozen it';
    violations.push(violation(answered, 'answers while it runs', sentence));
  }
  return violations;
}

function bodyViolations(answered: AnsweredRequest, body: Buffer): Violation[] {
  const { request } = answered;
  const violations: Violation[] = [];
  const add = (rule: Rule, sentence: string): void =>
    void violations.push(violation(answered, rule, sentence));

  if (body.length > MAX_ANSWER_BYTES) {
    add('fits into 4096 bytes', `The answer has ${body.length} bytes`);
  }
  const answer = parseObject(body);
  if (!answer) {
    add('is a JSON object', `The answer is no JSON object in UTF-8: ${body.toString('utf8').slice(0, 80)}`);
    return violations;
  }
  if (!KNOWN_STATUS.includes(answer.Status)) {
    add('says SUCCESS or FAILED', `Status is ${JSON.stringify(answer.Status)}`);
  }
  for (const name of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (answer[name] === request[name]) continue;
    add('gives the ids back', `${name} is ${JSON.stringify(answer[name])}, and was "${request[name]}"`);
  }
  if (answer.Status === 'FAILED' && (typeof answer.Reason !== 'string' || answer.Reason.trim() === '')) {
    add('gives a reason for a failure', `Reason is ${JSON.stringify(answer.Reason)}`);
  }
  if (answer.NoEcho !== undefined && typeof answer.NoEcho !== 'boolean') {
    add('has simple data', `NoEcho is ${JSON.stringify(answer.NoEcho)}, and must be true or false`);
  }
  physicalIdMistakes(answer, request, add);
  dataMistakes(answer, request, answered.attributes, add);
  return violations;
}

function physicalIdMistakes(
  answer: Record<string, unknown>,
  request: CustomResourceRequest,
  add: (rule: Rule, sentence: string) => void,
): void {
  const id = answer.PhysicalResourceId;
  if (typeof id !== 'string' || id === '') {
    add('has a physical resource id', `PhysicalResourceId is ${JSON.stringify(id)}`);
    return;
  }
  if (Buffer.byteLength(id) > MAX_PHYSICAL_ID_BYTES) {
    add(
      'has a physical resource id',
      `PhysicalResourceId has ${Buffer.byteLength(id)} bytes of at most 1024`,
    );
  }
  if (id === request.PhysicalResourceId) return;
  const change = `PhysicalResourceId is "${id}", and was "${request.PhysicalResourceId}"`;
  // CloudFormation takes the new id for a replacement, and deletes the old one, which is still in use.
  if (request.RequestType === 'Update' && answer.Status === 'FAILED') {
    add('keeps the id when an update fails', change);
  }
  if (request.RequestType === 'Delete') add('keeps the id when deleted', change);
}

function dataMistakes(
  answer: Record<string, unknown>,
  request: CustomResourceRequest,
  attributes: readonly string[],
  add: (rule: Rule, sentence: string) => void,
): void {
  const data = answer.Data ?? {};
  if (typeof data !== 'object' || Array.isArray(data)) {
    add('has simple data', `Data is ${JSON.stringify(data)}, and must be an object`);
    return;
  }
  for (const [name, value] of Object.entries(data)) {
    if (['string', 'number', 'boolean'].includes(typeof value)) continue;
    add(
      'has simple data',
      `Data.${name} is ${JSON.stringify(value)}, and must be a string, number or boolean`,
    );
  }
  if (request.RequestType === 'Delete' || answer.Status !== 'SUCCESS') return;
  const missing = attributes.filter((name) => !Object.hasOwn(data, name));
  if (missing.length === 0) return;
  add('has every attribute', `Data lacks ${missing.join(', ')}; Fn::GetAtt of it fails`);
}

function leaks(answered: AnsweredRequest, bodies: readonly Buffer[]): Violation[] {
  const { searchParams, search } = new URL(answered.request.ResponseURL);
  const values = SECRET_PARAMETERS.map((name) => searchParams.get(name) ?? '');
  const secrets = [search, ...values, ...values.map(encodeURIComponent)].filter((secret) => secret !== '');
  const places = [
    ...bodies.map((body) => ['The answer', body.toString('utf8')]),
    ['The log', answered.log ?? ''],
  ];
  return places
    .filter(([, text = '']) => secrets.some((secret) => text.includes(secret)))
    .map(([place]) =>
      violation(
        answered,
        'keeps the response URL secret',
        `${place} holds a part of the response URL's signature`,
      ),
    );
}

function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function violation({ request }: AnsweredRequest, rule: Rule, sentence: string): Violation {
  return { rule, sentence: `${request.RequestType} of ${request.LogicalResourceId}: ${sentence}.` };
}
