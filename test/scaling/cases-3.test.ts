import { testCases } from '../support/scaling/case-tests.ts';

await testCases({ from: 1041, to: 1560 });
