import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CliError } from '../../cli/cli-error.ts';
import type { PushedImage, ReleaseImages } from '../../cli/release-image.ts';
import type { ReleaseParameter } from '../../cli/release-parameter.ts';
import { type TagRequest, type TagWorld, tag } from '../../cli/tag.ts';
import { digestOf } from '../../handlers/oci/digest.ts';
import type { ImageSelector } from '../../handlers/oci/image-selector.ts';
import { MemoryParameter } from './memory-parameter.ts';

/** `v1` was pushed before `v2`, and so on. */
const IMAGES: ReleaseImages = {
  repository: 'team/app',
  find: async ({ tag: name = '' }: ImageSelector): Promise<PushedImage | undefined> => {
    const second = Number(/^v([0-9])$/.exec(name)?.[1]);
    return Number.isNaN(second) ? undefined : imageOf(name, second);
  },
  checkPlatform: async () => {},
};

describe('somebody else writes between our reading and our writing', () => {
  test('their older image is overwritten, and its version is told', async () => {
    const parameter = new MemoryParameter(['v1']);
    const outcome = await release('v3', meanwhile(parameter, 'v2'));
    assert.equal(outcome.overwritten, 2);
    assert.equal(outcome.version, 3);
    assert.deepEqual(valuesOf(parameter), ['v1', 'v2', 'v3']);
  });

  test('their newer image is put back, and ours is refused', async () => {
    const parameter = new MemoryParameter(['v1']);
    await assert.rejects(release('v2', meanwhile(parameter, 'v3')), {
      code: 'OlderImage',
      message: /^v2 was pushed to team\/app at .*, before v3 \(.*\), which \/app\/tag names in version 4/,
    });
    assert.deepEqual(valuesOf(parameter), ['v1', 'v3', 'v2', 'v3']);
  });

  test('their newer image is overwritten where going back was asked for', async () => {
    const parameter = new MemoryParameter(['v1']);
    const outcome = await release('v2', meanwhile(parameter, 'v3'), { allowOlder: true });
    assert.equal(outcome.overwritten, 2);
    assert.deepEqual(valuesOf(parameter), ['v1', 'v3', 'v2']);
  });

  test('a value that names no image is overwritten, and its version is told', async () => {
    const parameter = new MemoryParameter(['v1']);
    const outcome = await release('v2', meanwhile(parameter, 'not an image'));
    assert.equal(outcome.overwritten, 2);
  });

  test('our own value, written twice because the first answer was lost, is no one else', async () => {
    const parameter = new MemoryParameter(['v1']);
    const outcome = await release('v2', meanwhile(parameter, 'v2'));
    assert.equal(outcome.overwritten, undefined);
    assert.equal(outcome.version, 3);
  });

  test('what was there before our own repeated value is looked at, too', async () => {
    const parameter = new MemoryParameter(['v1']);
    const twice = meanwhile(parameter, 'v3');
    const update: ReleaseParameter['update'] = async (value, signal) => {
      if (value === 'v2') await twice.update(value, signal);
      return twice.update(value, signal);
    };
    await assert.rejects(release('v2', { ...twice, update }), { code: 'OlderImage' });
    assert.deepEqual(valuesOf(parameter), ['v1', 'v3', 'v2', 'v2', 'v3']);
  });

  test('where they create the parameter first, it is decided once more', async () => {
    const missing = new MemoryParameter();
    await assert.rejects(release('v1', meanwhile(missing, 'v2')), { code: 'OlderImage' });
    assert.deepEqual(valuesOf(missing), ['v2']);
  });

  test('where the look back fails, what was written is told', async () => {
    const parameter = meanwhile(new MemoryParameter(['v1']), 'v3');
    const find: ReleaseParameter['find'] = async (signal, version) => {
      if (version !== undefined) throw new CliError('Unreachable', 'SSM was not reached');
      return parameter.find(signal);
    };
    const broken = { ...parameter, find };
    await assert.rejects(release('v2', broken), {
      code: 'Unreachable',
      message: 'SSM was not reached. Before that version 3 of /app/tag was written',
    });
  });
});

test('whoever writes last, the newest image stays, and only whoever released it or an older one succeeds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }),
      fc.boolean(),
      fc.scheduler(),
      async (numbers, isThere, scheduler) => {
        const parameter = new MemoryParameter(isThere ? ['v0'] : []);
        const slow: ReleaseParameter = {
          name: parameter.name,
          find: scheduler.scheduleFunction(parameter.find.bind(parameter)),
          create: scheduler.scheduleFunction(parameter.create.bind(parameter)),
          update: scheduler.scheduleFunction(parameter.update.bind(parameter)),
        };
        const releases = numbers.map((number) => release(`v${number}`, slow));
        const [results] = await Promise.all([Promise.allSettled(releases), scheduler.waitIdle()]);
        const newest = Math.max(...numbers);
        assert.equal(valuesOf(parameter).at(-1), `v${newest}`);
        for (const [index, result] of results.entries()) {
          if (numbers[index] === newest) assert.equal(result.status, 'fulfilled');
          if (result.status === 'rejected') assert.equal(result.reason.code, 'OlderImage');
        }
      },
    ),
    { numRuns: 300 },
  );
});

/** The parameter, to which somebody else writes right before we do. */
function meanwhile(parameter: MemoryParameter, theirs: string): ReleaseParameter {
  let isDone = false;
  const before = <Rest extends unknown[], T>(write: (...rest: Rest) => Promise<T>) => {
    return async (...rest: Rest): Promise<T> => {
      if (!isDone) {
        isDone = true;
        await parameter.update(theirs);
      }
      return write(...rest);
    };
  };
  return {
    name: parameter.name,
    find: (signal, version) => parameter.find(signal, version),
    create: before((value: string) => parameter.create(value)),
    update: before((value: string) => parameter.update(value)),
  };
}

function release(name: string, parameter: ReleaseParameter, options: Partial<TagRequest> = {}) {
  const request: TagRequest = {
    selector: { tag: name },
    pin: false,
    platform: undefined,
    waitSeconds: 0,
    allowOlder: false,
    dryRun: false,
    ...options,
  };
  const world: TagWorld = {
    images: IMAGES,
    parameter,
    timing: { now: () => 0, sleep: async () => {} },
    signal: new AbortController().signal,
    onPause: () => {},
  };
  return tag(request, world);
}

function valuesOf({ versions }: MemoryParameter): string[] {
  return versions.map(({ value }) => value);
}

function imageOf(text: string, second: number): PushedImage {
  return {
    digest: digestOf(text),
    pushedAt: new Date(second * 1_000),
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    tags: [text],
    isArchived: false,
  };
}
