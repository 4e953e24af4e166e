import { testCases } from '../support/scaling/case-tests.ts';

testCases({ from: 1, to: 520 });
