import { InMemoryPlanStore } from './in-memory-plan-store.ts';
import { testPlanStore } from './plan-store-suite.ts';

testPlanStore('The store in memory', async () => new InMemoryPlanStore());
