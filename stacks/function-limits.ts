import { Duration } from 'aws-cdk-lib';
import type { FunctionName, ProviderName } from './service-name.ts';

/** How long a function runs, with what, and how often its events are tried. */
export interface FunctionLimits {
  readonly timeout: Duration;
  /** In MB. Lambda gives CPU in proportion: 1769 MB are one vCPU. */
  readonly memorySize: number;
  /** Attempts after a first one that failed, of events that nobody waits for. */
  readonly retryAttempts: number;
  /** Such an event that could not be started for this long, since the function is throttled, is given up. */
  readonly maxEventAge: Duration;
}

/**
 * A provider runs as long as Lambda lets it, and is never tried twice: what it did the first time is not known, and
 * CloudFormation asks again itself. An event that waits longer than this is given up, while a stack's own time (an hour,
 * unless it says otherwise) still leaves a full run of the function.
 */
const PROVIDER = {
  timeout: Duration.seconds(900),
  retryAttempts: 0,
  maxEventAge: Duration.seconds(900),
} as const;

const PROVIDERS: Readonly<Record<ProviderName, FunctionLimits>> = {
  // An image streams through, so memory does not grow with it and 256 would do; but CPU comes in proportion to memory,
  // and TLS with SHA-256 at 1024 (0.58 of a vCPU) just keeps up with the network of a function.
  'ecr-image': { ...PROVIDER, memorySize: 1024 },
  // It asks three services for a few kilobytes, and waits for them.
  'image-tag': { ...PROVIDER, memorySize: 256 },
  // A layer's contents go through one by one, so memory does not grow with the layer; but inflating and hashing up to
  // 250 MB is all CPU, which comes in proportion. The zip itself, of 300 MiB at the most, is in the temporary storage
  // until it is read, and the 512 MB that every function has hold that.
  'layer-fingerprint': { ...PROVIDER, memorySize: 1024 },
  // As the step, below: what it computes are the windows of a plan.
  'scheduled-scaling': { ...PROVIDER, memorySize: 512 },
};

export const FUNCTION_LIMITS: Readonly<Record<FunctionName, FunctionLimits>> = {
  ...PROVIDERS,
  'scaling-step': {
    // For some reads, one change and some writes; a sweep looks at every target. It is shorter than a change may stay
    // without a sign of its effect (SETTLE_MS), so that none is called for again while the first call may still come.
    timeout: Duration.seconds(60),
    // Some 90 MB are in use, with the clients of six services. The CPU that comes with 512 is for a sweep, which
    // computes the windows of all plans within the minute.
    memorySize: 512,
    // The state machine waits for its answer, and only a sweep comes by itself: what failed of it the next one does.
    retryAttempts: 0,
    maxEventAge: Duration.minutes(15),
  },
  undelivered: {
    // For one PUT and its retries.
    timeout: Duration.seconds(60),
    // What Node with the logger and the tracer needs, and some room.
    memorySize: 256,
    // CloudFormation waits no longer than an hour for an answer; until then, a late one is better than none.
    retryAttempts: 2,
    maxEventAge: Duration.hours(1),
  },
};
