import { startInMemoryRegistry } from './in-memory-registry.ts';
import { registrySuite } from './registry-suite.ts';

registrySuite('the registry in memory', { start: () => startInMemoryRegistry() });
