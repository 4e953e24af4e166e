import { resourceTypes } from '../../../reference/resource-types.ts';
import { definedPaths } from './property-path.ts';

/** What a map may have as its keys: properties of any type, and the types themselves without `Custom::`. */
const KEYS = new Set([
  ...resourceTypes.flatMap((type) => [...definedPaths(type)].map((path) => path.split('.').at(-1) ?? '')),
  ...resourceTypes.map(({ type }) => type.replace('Custom::', '')),
]);
const ATTRIBUTES = new Set(resourceTypes.flatMap(({ attributes }) => Object.keys(attributes)));

/** Of a language without a construct of ours: what it asks for in a dictionary, and what it reads by name. */
const KEY = /["']([A-Z][a-z]\w+)["']\s*:/g;
const READ = /\bget_?att(?:_string|String)?\(\s*["'](\w+)["']/gi;

/**
 * Each key that is a property of no type, and each attribute that no type has, with the file: for sources that give a
 * `CustomResource` its properties by name.
 */
export function sourceNameMistakes(file: string, text: string): string[] {
  return [
    ...names(text, KEY)
      .filter((name) => !KEYS.has(name))
      .map((name) => `${file}: no type has a property ${name}`),
    ...names(text, READ)
      .filter((name) => !ATTRIBUTES.has(name))
      .map((name) => `${file}: no type has an attribute ${name}`),
  ];
}

function names(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}
