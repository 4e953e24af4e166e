import { httpSuite } from '../support/placeholder/http-suite.ts';

httpSuite('linux/amd64');
