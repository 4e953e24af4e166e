import { buildIndex } from '../../support/images/image-index.ts';
import { LINUX_AMD64 } from './copy-whole.ts';
import { everyRequestFails } from './fault-suite.ts';

// A whole index and a single image, which take longer, are in test/integration/copy-faults.test.ts.
everyRequestFails('an image out of an index', buildIndex({ layers: [200_000] }), LINUX_AMD64);
