import { succeed } from './program.ts';

/** What `npm run` sets for the scripts of this project, but where npm gets packages, and as whom. */
const OF_THE_CALLER =
  /^npm_(?!config_(?:cache|registry|userconfig|globalconfig|proxy|https_proxy|noproxy|cafile)$)/;

/** Runs npm in a folder, as its user would in a terminal. @returns what it wrote to stdout. */
export function npm(folder: string, args: readonly string[]): Promise<string> {
  const own = Object.entries(process.env).filter(([name]) => !OF_THE_CALLER.test(name));
  return succeed('npm', args, {
    cwd: folder,
    env: {
      ...Object.fromEntries(own),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      npm_config_loglevel: 'error',
    },
  });
}
