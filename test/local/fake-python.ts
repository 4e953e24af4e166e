import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Puts a program into a folder that is started as Python is for MiniStack, and behaves as MiniStack does outwards:
 * it answers the health request at its port, and has a child that outlives it, as a function's process may.
 * @param startsUp False: it writes a line and ends with 1.
 * @returns The program's path.
 */
export async function writeFakePython(folder: string, startsUp: boolean): Promise<string> {
  const path = join(folder, startsUp ? 'python' : 'broken-python');
  const code = startsUp
    ? `const child = require('node:child_process').spawn(process.execPath,
         ['--eval', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'ignore' });
       require('node:fs').writeFileSync(process.env.TMPDIR + '/child.pid', String(child.pid));
       require('node:http').createServer((request, response) => response.end('{}'))
         .listen(Number(process.env.GATEWAY_PORT), process.env.BIND_HOST);`
    : `console.error('no module named ministack'); process.exitCode = 1;`;
  await writeFile(path, `#!${process.execPath}\n${code}\n`);
  await chmod(path, 0o755);
  return path;
}
