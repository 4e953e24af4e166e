import { readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { type LoopbackServer, startLoopbackServer } from '../registry/loopback-server.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

/** What any host of static files does, and no more: a file for its path, index.html for a folder, 404 for the rest. */
export function serveFolder(folder: string): Promise<LoopbackServer> {
  return startLoopbackServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = join(folder, normalize(decodeURIComponent(pathname)));
    const file = path.endsWith('/') ? join(path, 'index.html') : path;
    const type = TYPES[extname(file)];
    if (type === undefined || !isFile(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
