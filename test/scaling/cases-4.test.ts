import { testCases } from '../support/scaling/case-tests.ts';

testCases({ from: 1561, to: 2080 });
