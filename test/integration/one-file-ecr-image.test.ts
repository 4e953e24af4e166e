import { useInlineCode } from '../support/lambda/bundles.ts';

// The same tests, over the code that the template has.
useInlineCode();
await import('./built-ecr-image.test.ts');
