/** Where in the properties a value stands: `Scenarios[0] (nightly-batch).Steps[1].InstanceClass`. Empty: the whole. */
export type PropertyPath = string;

export function pathOf(parent: PropertyPath, name: string): PropertyPath {
  return parent === '' ? name : `${parent}.${name}`;
}

/** @param name What people call the element, where it could be read. */
export function pathOfElement(list: PropertyPath, index: number, name?: string): PropertyPath {
  return name === undefined ? `${list}[${index}]` : `${list}[${index}] (${name})`;
}
