import { LINUX_AMD64 } from '../handlers/copy/copy-whole.ts';
import { everyRequestFails } from '../handlers/copy/fault-suite.ts';
import { buildImage } from '../support/images/image.ts';
import { buildIndex } from '../support/images/image-index.ts';

everyRequestFails('an image by itself', buildImage({ layers: [1_000] }), LINUX_AMD64);
everyRequestFails(
  'a whole index',
  buildIndex({ layers: [1_000], attestations: true, sharedLayerBytes: 500 }),
  'all',
);
