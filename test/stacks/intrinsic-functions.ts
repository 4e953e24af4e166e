import type { Stack } from 'aws-cdk-lib';

/** What a resource answers for an attribute; the logical id is without its hash. */
export type Attributes = (logicalId: string, attribute: string) => string;

/** The text that CloudFormation makes of a token of the stack. @throws Error for a function that is not known here. */
export function evaluateText(stack: Stack, token: string, attributes: Attributes): string {
  const value = evaluate(stack.resolve(token), attributes);
  if (typeof value !== 'string') throw new Error(`${JSON.stringify(value)} is no text`);
  return value;
}

function evaluate(value: unknown, attributes: Attributes): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => evaluate(item, attributes));
  const [[name = '', argument] = []] = Object.entries(value);
  const read = (item: unknown) => evaluate(item, attributes);
  switch (name) {
    case 'Fn::GetAtt': {
      const [logicalId = '', attribute = ''] = argument as string[];
      return attributes(logicalId.replace(/[0-9A-F]{8}$/, ''), attribute);
    }
    case 'Fn::Join': {
      const [delimiter = '', parts] = argument as [string, unknown];
      return (read(parts) as string[]).join(delimiter);
    }
    case 'Fn::Split': {
      const [delimiter = '', source] = argument as [string, unknown];
      return (read(source) as string).split(delimiter);
    }
    case 'Fn::Select': {
      const [index = '', list] = argument as [string | number, unknown];
      return (read(list) as string[])[Number(index)];
    }
    default:
      throw new Error(`${name} is not known to this test`);
  }
}
