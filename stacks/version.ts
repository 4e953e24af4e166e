import manifest from '../package.json' with { type: 'json' };

/** Of the package, and so of the service that it deploys (semver.org). */
export const VERSION: string = manifest.version;
