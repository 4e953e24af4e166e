import { InvalidArgumentError } from 'commander';
import { QUALIFIER_SHAPE } from './service/service-name.ts';

/* The arguments of `deploytime deploy`, `doctor` and `remove`, one function for each. */

export function readQualifier(text: string): string {
  if (text === '' || QUALIFIER_SHAPE.test(text)) return text;
  throw new InvalidArgumentError(
    'A lower-case letter and up to 15 lower-case letters and digits are allowed.',
  );
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html */
export function readStackName(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(text)) return text;
  throw new InvalidArgumentError('A letter and up to 127 letters, digits and "-" are allowed.');
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function readBucketName(text: string): string {
  if (/^s3:|^arn:|\//.test(text)) {
    throw new InvalidArgumentError("The bucket's name alone is allowed, without s3:// and without a key.");
  }
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text)) return text;
  throw new InvalidArgumentError('3 to 63 lower-case letters, digits, "." and "-" are allowed.');
}
