import { App, Stack } from 'aws-cdk-lib';
import { DeploytimeService } from 'deploytime';

// Once per account and Region; the other examples need it there.
const stack = new Stack(new App(), 'deploytime');
new DeploytimeService(stack, 'Default');
