/** What deploys this copy of the service. */
export function deployCommand(qualifier: string): string {
  return qualifier === '' ? 'deploytime deploy' : `deploytime deploy --qualifier ${qualifier}`;
}

/** What brings back a part of the service: CloudFormation doesn't see what somebody deleted by hand. */
export function bringBack(qualifier: string): string {
  return `${deployCommand(qualifier)}; where that finds nothing to change it was deleted by hand, and the stack has to be deleted and deployed again, which takes the table back`;
}
