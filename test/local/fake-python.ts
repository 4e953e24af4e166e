import { chmod, readFile, writeFile } from 'node:fs/promises';
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

/** The process that the fake MiniStack in this folder has started, and that ignores its end. */
export async function childOf(folder: string): Promise<number> {
  return Number(await readFile(join(folder, 'tmp', 'child.pid'), 'utf8'));
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed process is still there until its new parent has taken note. */
export async function hasEnded(pid: number): Promise<boolean> {
  for (let look = 0; look < 200 && isRunning(pid); look += 1) {
    if ((await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).includes(') Z ')) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return !isRunning(pid);
}
