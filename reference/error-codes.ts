import type { ErrorCode } from '../handlers/errors.ts';

/** What a code says to whoever reads it in a stack's events. Links are as from docs/errors.md. */
interface Meaning {
  readonly says: string;
  readonly whatToDo: string;
}

export const errorCodes: Readonly<Record<ErrorCode, Meaning>> = {
  InvalidRequest: {
    says: "a property, or what it names, is not what the contract allows; all mistakes of the properties are named at once. Also a parameter whose value is no image selector or layer version, and a layer whose zip can't be one; a cluster or service that can't have what a plan asks, lacks its tag, or is another plan's",
    whatToDo: "correct the template, or what it names; a parameter's value is told by its length",
  },
  NotFound: {
    says: 'the repository, the image, the platform, the parameter, the layer, the secret, the cluster or the service is not there',
    whatToDo:
      'create it first; in the same template, depend on it. For a parameter that nobody released to, [`Default`](resource-types/image-tag.md#the-first-deployment)',
  },
  AccessDenied: {
    says: "the service's role may not do it, a registry or another account refuses it, or the request is from another account or Region",
    whatToDo:
      "the message names what has to allow it: the tag `deploytime=allow`, `ParameterPattern`, a layer version's policy, …; see [permissions](operations.md#permissions)",
  },
  InvalidCredentials: {
    says: 'a registry refuses the login, or the secret does not have its three fields',
    whatToDo: 'correct the secret; values are never shown',
  },
  AlreadyExists: {
    says: "the tag is taken and the repository's tags are immutable; a plan's schedule group was deleted by hand, and is still going",
    whatToDo: 'use another `Tag`; deploy again some minutes later',
  },
  Throttling: {
    says: 'a registry or AWS asked to slow down for as long as there was time, or the function itself was throttled',
    whatToDo:
      "wait, or raise `ServiceTimeout`; Docker Hub's anonymous pulls are few, so log in or use public.ecr.aws",
  },
  ServiceLimitExceeded: {
    says: "a quota, or one of our bounds (a manifest of 4 MiB, an answer of 4096 bytes, [a layer's](layer-fingerprint.md#zips)), the account's schedule groups, or the function's memory",
    whatToDo: 'the message names it',
  },
  NotStabilized: {
    says: "it was not done in time: `ServiceTimeout`, the function's 15 minutes, or 60 s where CloudFormation does not tell the stack's status. Also a request for a plan that a later one has overtaken",
    whatToDo: 'raise `ServiceTimeout`, deploy again: what has arrived is not copied again',
  },
  NetworkFailure: {
    says: 'the other side was not reached or broke off, also after retries',
    whatToDo: 'see [networks](operations.md#networks); deploy again',
  },
  GeneralServiceException: {
    says: 'the other side answered something that it should not, as a wrong digest',
    whatToDo: 'deploy again; look at the source',
  },
  InternalFailure: { says: 'our own fault', whatToDo: 'the log has the whole error; please report it' },
};
