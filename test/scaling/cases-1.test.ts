import { testCases } from '../support/scaling/case-tests.ts';

await testCases({ from: 1, to: 520 });
