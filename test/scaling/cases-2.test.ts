import { testCases } from '../support/scaling/case-tests.ts';

await testCases({ from: 521, to: 1040 });
