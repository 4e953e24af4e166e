import { testCases } from '../support/scaling/case-tests.ts';

await testCases({ from: 1561, to: 2080 });
