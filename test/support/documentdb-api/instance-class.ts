/** GiB of memory by size: in this a «larger» instance is larger. */
const MEMORY_GIB: Readonly<Record<string, number>> = {
  medium: 4,
  large: 16,
  xlarge: 32,
  '2xlarge': 64,
  '4xlarge': 128,
  '8xlarge': 256,
  '12xlarge': 384,
  '16xlarge': 512,
  '24xlarge': 768,
};

const SIZES: Readonly<Record<string, readonly string[]>> = {
  t3: ['medium'],
  t4g: ['medium'],
  r5: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'],
  r6g: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
  r6gd: ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
  r8g: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
};

export const SERVERLESS_CLASS = 'db.serverless';

/** @see https://docs.aws.amazon.com/documentdb/latest/developerguide/db-instance-classes.html */
export const INSTANCE_CLASSES: ReadonlySet<string> = new Set([
  ...Object.entries(SIZES).flatMap(([family, sizes]) => sizes.map((size) => `db.${family}.${size}`)),
  SERVERLESS_CLASS,
]);

/** By which instances of one promotion tier are told apart; a serverless one counts as the smallest. */
export function memoryGib(instanceClass: string): number {
  return MEMORY_GIB[instanceClass.split('.')[2] ?? ''] ?? 0;
}
