/**
 * Names a parameter of Systems Manager, and perhaps one version of it.
 *
 *     parameter := name [ ":" selector ]  |  "arn:" partition ":ssm:" region ":" account ":parameter/" name [ ":" selector ]
 *     name      := part  |  "/" part { "/" part }     up to 15 parts
 *     part      := [A-Za-z0-9_.-]+
 *     selector  := version | label                    version: 1, 2, …
 *     label     := up to 100 of [A-Za-z0-9_.-], the first no digit, not beginning with `aws` or `ssm`
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export interface ParameterName {
  /** As it was given: what GetParameter takes, and what a message shows. */
  readonly text: string;
  /** The same without the selector. */
  readonly textWithoutSelector: string;
  /** The parameter's own name, `/shop/tag`. */
  readonly name: string;
  /** A version or a label. Default: the newest version. */
  readonly selector?: string;
  /** Where it is, if it was named by its ARN. Default: this account and Region. */
  readonly place?: { readonly partition: string; readonly region: string; readonly accountId: string };
}

/** What may name a parameter, in words. */
export const PARAMETER_NAME_SHAPE =
  'the name of an SSM parameter (/shop/tag, name:version or name:label) or its ARN';

/** A name, or what is wrong with the text, as a clause. */
export type ParameterNameReading =
  | { readonly ok: true; readonly name: ParameterName }
  | { readonly ok: false; readonly because: string };

export function readParameterName(text: string): ParameterNameReading {
  if (text.startsWith('arn:')) return readArn(text);
  return readNamed(text, text);
}

/** SSM's own bound. */
export const MAX_PARAMETER_NAME_CHARACTERS = 1011;
const MAX_LEVELS = 15;

const ARN =
  /^arn:(?<partition>aws[a-z-]*):ssm:(?<region>[a-z0-9-]+):(?<accountId>[0-9]{12}):parameter(?<named>\/[^/].*)$/;
const PART = '[A-Za-z0-9_.-]+';
/** A name without a selector; its levels are not counted. */
export const PARAMETER_NAME = new RegExp(`^(?:${PART}|(?:/${PART})+)$`);
const VERSION = /^[1-9][0-9]{0,15}$/;
/** No digit in front, and neither `aws` nor `ssm`. */
export const PARAMETER_LABEL = /^(?!aws|ssm)[A-Za-z_.-][A-Za-z0-9_.-]{0,99}$/i;

function readArn(text: string): ParameterNameReading {
  const { partition, region, accountId, named } = ARN.exec(text)?.groups ?? {};
  if (!partition || !region || !accountId || !named) {
    return refused('it is no ARN of a parameter: arn:<partition>:ssm:<region>:<account>:parameter/<name>');
  }
  const reading = readNamed(named, text);
  return reading.ok
    ? { ok: true, name: { ...reading.name, place: { partition, region, accountId } } }
    : reading;
}

/** @param named Name and selector; the whole text is that, or the ARN that ends in it. */
function readNamed(named: string, text: string): ParameterNameReading {
  const [name = '', selector, ...more] = named.split(':');
  if (more.length > 0) return refused('it has more than one ":"');
  if (name.length > MAX_PARAMETER_NAME_CHARACTERS) {
    return refused(`its name has ${name.length} characters; SSM takes ${MAX_PARAMETER_NAME_CHARACTERS}`);
  }
  if (!PARAMETER_NAME.test(name)) {
    const isRelative = /^[^/]+\//.test(name);
    return refused(
      isRelative
        ? 'a name with levels begins with "/"'
        : 'a name has letters, digits, "_", "." and "-", with single "/" between its levels',
    );
  }
  const levels = name.split('/').filter((part) => part !== '').length;
  if (levels > MAX_LEVELS) return refused(`its name has ${levels} levels; SSM takes ${MAX_LEVELS}`);
  if (selector !== undefined && !VERSION.test(selector) && !PARAMETER_LABEL.test(selector)) {
    return refused('what stands behind its ":" is neither a version (1, 2, …) nor a label');
  }
  const textWithoutSelector = selector === undefined ? text : text.slice(0, -`:${selector}`.length);
  return {
    ok: true,
    name: { text, textWithoutSelector, name, ...(selector !== undefined && { selector }) },
  };
}

function refused(because: string): ParameterNameReading {
  return { ok: false, because };
}
