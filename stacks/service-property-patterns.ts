/** What a property's value looks like, and how to say so. */
export interface PropertyPattern {
  readonly pattern: RegExp;
  /** Ends a sentence that begins with «it must be». */
  readonly allowed: string;
}

/** One letter, then at most 15 letters and digits: short enough for every name that it goes into. */
export const QUALIFIER: PropertyPattern = {
  pattern: /^[a-z][a-z0-9]{0,15}$/,
  allowed: 'a lower-case letter and up to 15 lower-case letters and digits',
};

/** The letters of a repository's name (ECR's API reference, CreateRepository) and the wildcards of an IAM resource. */
export const REPOSITORY_PATTERN: PropertyPattern = {
  pattern: /^[a-z0-9*?][a-z0-9._/*?-]{0,255}$/,
  allowed: "a repository's name, in which * stands for any characters and ? for one",
};

/**
 * The letters of a parameter's name and the wildcards of an IAM resource; `*` also stands for the slashes of levels.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
 */
export const PARAMETER_PATTERN: PropertyPattern = {
  pattern: /^(?=.{1,1011}$)(?:\/?[A-Za-z0-9_.*?-]+)(?:\/[A-Za-z0-9_.*?-]+)*$/,
  allowed: 'the name of an SSM parameter, as in /shop/*, in which * stands for any characters and ? for one',
};

/** Not of a FIFO topic, in which each message has a group: an alarm gives none. */
export const TOPIC_ARN: PropertyPattern = {
  pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  allowed: 'the ARN of an SNS topic that is not FIFO, as in arn:aws:sns:us-east-1:111122223333:operators',
};

export const HOST: PropertyPattern = {
  pattern: /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/,
  allowed: 'a host with an optional port, in lower case, as in ghcr.io',
};

export const SUBNET_ID: PropertyPattern = {
  pattern: /^subnet-[0-9a-f]{8,17}$/,
  allowed: "a subnet's id, as in subnet-0123456789abcdef0",
};

export const SECURITY_GROUP_ID: PropertyPattern = {
  pattern: /^sg-[0-9a-f]{8,17}$/,
  allowed: "a security group's id, as in sg-0123456789abcdef0",
};

/** Of a private registry, FIPS alike: account and Region are the first and the fourth of its labels. */
export const ECR_HOST: PropertyPattern = {
  pattern: /^\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
  allowed: 'the host of a private ECR registry, as in 111122223333.dkr.ecr.us-east-1.amazonaws.com',
};

export const BASE_URL: PropertyPattern = {
  pattern: /^https?:\/\/[^"@?#\s]+$/,
  allowed: 'an http or https URL without query and credentials',
};
