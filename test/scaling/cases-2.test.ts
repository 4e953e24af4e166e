import { testCases } from '../support/scaling/case-tests.ts';

testCases({ from: 521, to: 1040 });
