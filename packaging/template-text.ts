/**
 * A template as JSON that a person reads: indented, with each of CloudFormation's functions on one line, which are deep
 * and many where names depend on a parameter.
 */
export function templateText(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null || isFunction(value)) return JSON.stringify(value);
  const inner = `${indent} `;
  const items = Array.isArray(value)
    ? value.map((item) => templateText(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}: ${templateText(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}

function isFunction(value: object): boolean {
  const keys = Object.keys(value);
  const [key = ''] = keys;
  return keys.length === 1 && (key === 'Ref' || key.startsWith('Fn::'));
}
