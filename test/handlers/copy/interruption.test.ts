import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { buildIndex } from '../../support/images/image-index.ts';
import { copyWhole } from './copy-whole.ts';
import { LEGS, type Leg, startFaultStage } from './fault-stage.ts';

const INDEX = buildIndex({ layers: [50_000], sharedLayerBytes: 500 });
const REASON = new ProviderError('NotStabilized', 'out of time');

describe('a copy that is ended after any of its requests', () => {
  for (const [how, isKilled] of [
    ['aborted', false],
    ['killed', true],
  ] as const) {
    test(`(${how}) leaves nothing under the tag but the whole image, and ends right when it is repeated`, async () => {
      await using stage = await startFaultStage(INDEX);
      const clean = stage.openCopy('clean');
      await copyWhole({ ...clean, platform: 'all' });
      await clean.close();
      const counts = LEGS.map((leg): [Leg, number] => [leg, stage.proxies[leg].requests.length]);
      for (const [leg, count] of counts) {
        for (let number = 1; number <= count; number += 1) {
          const place = `${leg} ${number}`;
          const repository = `${how}-${leg}-${number}`;
          stage.reset();
          const first = stage.openCopy(repository);
          const abort = new AbortController();
          // The request has been carried out, and its answer is not on the way yet.
          stage.proxies[leg].after(number, () => (isKilled ? first.close() : abort.abort(REASON)));
          await assert.rejects(
            copyWhole({ ...first, platform: 'all', signal: abort.signal }),
            isKilled ? Error : REASON,
            place,
          );
          await first.close();
          const left = await stage.findCopied(repository);
          assert.ok(left === undefined || left === INDEX.root.digest, place);

          stage.reset();
          const second = stage.openCopy(repository);
          await copyWhole({ ...second, platform: 'all' });
          await second.close();
          assert.equal(await stage.findCopied(repository), INDEX.root.digest, place);
        }
      }
    });
  }
});
