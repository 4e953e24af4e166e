import { httpSuite } from '../support/placeholder/http-suite.ts';
import { runtimeSuite } from '../support/placeholder/runtime-suite.ts';

httpSuite('linux/arm64');
runtimeSuite('linux/arm64');
