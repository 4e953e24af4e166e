import { Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';

/** By its name: an older aws-cdk-lib of an app has no `Runtime.NODEJS_24_X`. */
export const FUNCTION_RUNTIME = new Runtime('nodejs24.x', RuntimeFamily.NODEJS, { supportsInlineCode: true });
