import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import type { Platform } from '../../../handlers/oci/platform.ts';
import type { Image } from '../../support/images/image.ts';
import { FAULT_KINDS, type Fault } from '../../support/registry/fault.ts';
import { copyWhole } from './copy-whole.ts';
import { type FaultStage, LEGS, type Leg, startFaultStage } from './fault-stage.ts';

/*
 * Every single request of a copy fails once, in every way. The image is then right, or the copy failed with one
 * clear error; what is under the tag is never anything else than the image.
 */

const FAULTS: readonly Fault[] = FAULT_KINDS.flatMap((kind): Fault[] =>
  kind === 'status'
    ? [
        { kind, status: 500 },
        { kind, status: 429, retryAfter: '0' },
      ]
    : [{ kind }],
);

/** Damage that a registry or we ourselves must notice; everything else a retry must mend. */
const MAY_FAIL: readonly Fault['kind'][] = ['corrupt request', 'corrupt answer', 'corrupt digest'];

/** Most of the time they wait for stalls to be over: an HTTP client's clock ticks once a second. */
const CONCURRENCY = FAULTS.length;
/** Copies that wait for a stall at the same time. */
const STALL_WORKERS = 6;

/** A test for each fault, over all requests of a copy. */
export function everyRequestFails(what: string, image: Image, platform: Platform | 'all'): void {
  describe(`a copy of ${what} in which one request fails`, { concurrency: CONCURRENCY }, () => {
    for (const fault of FAULTS) {
      const name = fault.kind === 'status' ? `with ${fault.status}` : `(${fault.kind})`;
      test(`${name} ends right, whichever request it is`, async () => {
        const { expected, requests } = await cleanCopy(image, platform);
        const queue = requests[Symbol.iterator]();
        let injected = 0;
        const worker = async (): Promise<void> => {
          await using stage = await startFaultStage(image);
          for (const [leg, number] of queue) {
            stage.reset();
            const proxy = stage.proxies[leg];
            proxy.fail(number, fault);
            const repository = `${leg}-${number}`;
            const outcome = await outcomeOf(stage, platform, repository);
            if (proxy.requests.some((request) => request.fault !== undefined)) injected += 1;
            check(outcome, {
              fault,
              expected,
              copied: await stage.findCopied(repository),
              place: `${leg} ${number}: ${proxy.requests[number - 1]?.method}`,
            });
          }
        };
        const workers = fault.kind.startsWith('stall') ? STALL_WORKERS : 1;
        await Promise.all(Array.from({ length: workers }, worker));
        assert.ok(injected > 0);
      });
    }
  });
}

function check(
  outcome: unknown,
  seen: { fault: Fault; expected: string; copied: string | undefined; place: string },
): void {
  const { fault, expected, copied, place } = seen;
  if (outcome === 'copied') {
    assert.equal(copied, expected, place);
    return;
  }
  assert.ok(copied === undefined || copied === expected, place);
  assert.ok(outcome instanceof ProviderError, `${place}: ${outcome}`);
  assert.match(outcome.message, /^(Source|Destination) 127.0.0.1:\d+\//, place);
  assert.ok(MAY_FAIL.includes(fault.kind), `${place}: ${outcome.message}`);
}

/** The digest that a copy without faults leaves, and each request that it makes. */
async function cleanCopy(
  image: Image,
  platform: Platform | 'all',
): Promise<{ expected: string; requests: readonly [leg: Leg, number: number][] }> {
  await using stage = await startFaultStage(image);
  assert.equal(await outcomeOf(stage, platform, 'clean'), 'copied');
  const expected = await stage.findCopied('clean');
  assert.ok(expected);
  const requests = LEGS.flatMap((leg) =>
    stage.proxies[leg].requests.map(({ number }): [Leg, number] => [leg, number]),
  );
  return { expected, requests };
}

async function outcomeOf(
  stage: FaultStage,
  platform: Platform | 'all',
  repository: string,
): Promise<'copied' | unknown> {
  const { source, destination, close } = stage.openCopy(repository);
  try {
    await copyWhole({ source, destination, platform });
    return 'copied';
  } catch (error) {
    return error;
  } finally {
    await close();
  }
}
