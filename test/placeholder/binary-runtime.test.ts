import { runtimeSuite } from '../support/placeholder/runtime-suite.ts';

runtimeSuite('linux/amd64');
