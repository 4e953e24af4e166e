import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface SetUpOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** As whom the set-up thinks that it runs. Default: somebody who is not root. */
  readonly uid?: number;
}

export interface SetUpResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of what went wrong. */
  readonly sentence: string;
}

/**
 * A clone's files without packages, and a PATH with nothing but programs of which the set-up thinks that they are npm,
 * Python and apt-get. Its `system` is what DPKG_ROOT names: nothing outside of the clone is touched.
 */
export class FakeClone implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'deploytime-setup-'));
  readonly programs = join(this.folder, 'programs');
  readonly system = join(this.folder, 'system');
  /** Where fake programs leave what they saw. */
  readonly record = join(this.folder, 'record');
  readonly #user = join(this.folder, 'user.cjs');

  constructor() {
    for (const name of ['local', 'programs', 'system/usr/sbin']) {
      mkdirSync(join(this.folder, name), { recursive: true });
    }
    const files = [
      'local/setup.mjs',
      'local/setup',
      'requirements.txt',
      'requirements-test.txt',
      'package-lock.json',
    ];
    for (const name of files) cpSync(join(ROOT, name), join(this.folder, name), { recursive: true });
    symlinkSync(process.execPath, join(this.programs, 'node'));
    writeFileSync(this.#user, 'process.getuid = () => Number(process.env.FAKE_UID);');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A program of this name, with Node's modules fs and path at hand, and `record(line)`. */
  program(name: string, code: string): void {
    const path = join(this.programs, name);
    const head = `const fs = require('node:fs'); const path = require('node:path');
      const record = (line) => fs.appendFileSync(${JSON.stringify(this.record)}, line + '\\n');`;
    rmSync(path, { force: true });
    writeFileSync(path, `#!${process.execPath}\n${head}\n${code}\n`);
    chmodSync(path, 0o755);
  }

  /** The lines that fake programs have recorded. */
  records(): readonly string[] {
    return existsSync(this.record) ? readFileSync(this.record, 'utf8').trim().split('\n') : [];
  }

  /** npm, as far as the set-up looks at what `npm ci` leaves. */
  npm(node = '#!/bin/sh\necho v24.0.0\n'): void {
    this.program(
      'npm',
      `const { packages } = JSON.parse(fs.readFileSync('package-lock.json'));
       fs.rmSync('node_modules', { recursive: true, force: true });
       for (const name of Object.keys(packages)) if (name !== '') fs.mkdirSync(name, { recursive: true });
       fs.mkdirSync('node_modules/.bin', { recursive: true });
       fs.writeFileSync('node_modules/.bin/node', ${JSON.stringify(node)}, { mode: 0o755 });
       fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));`,
    );
  }

  /** Python 3.12, which makes environments. @param pip What its pip does. */
  python(pip = ''): void {
    this.program(
      'python3',
      `if (process.argv[2] === '-c') console.log('3.12');
       else if (process.argv[3] === 'venv') {
         const bin = path.join(process.argv[4], 'bin');
         fs.mkdirSync(bin, { recursive: true });
         fs.symlinkSync(${JSON.stringify(join(this.programs, 'python3'))}, path.join(bin, 'python'));
         fs.writeFileSync(path.join(bin, 'pip'), '#!' + path.join(bin, 'python3'));
       } else { record('pip'); ${pip} }`,
    );
  }

  setUp(purpose: string, options: SetUpOptions = {}): SetUpResult {
    const { status, stdout, stderr }: SpawnSyncReturns<string> = spawnSync(
      process.execPath,
      [join(this.folder, 'local', 'setup.mjs'), purpose],
      { encoding: 'utf8', env: this.#environment(options) },
    );
    return { status, stdout, stderr, sentence: stderr.trim().split('\n').at(-1) ?? '' };
  }

  /** Starts the set-up, sends it a signal once a fake program has recorded `line`, and gives the signal it ended by. */
  async endSetUp(purpose: string, line: string, signal: NodeJS.Signals, options: SetUpOptions = {}) {
    const child = spawn(process.execPath, [join(this.folder, 'local', 'setup.mjs'), purpose], {
      env: this.#environment(options),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (_code, by) => resolve(by));
    });
    const poll = setInterval(() => {
      if (!this.records().includes(line)) return;
      clearInterval(poll);
      child.kill(signal);
    }, 10);
    try {
      return { endedBy: await ended, stderr };
    } finally {
      clearInterval(poll);
    }
  }

  /** The set-up's exit code where nobody reads what it says. */
  async setUpUnread(purpose: string, options: SetUpOptions = {}): Promise<number | null> {
    const child = spawn(process.execPath, [join(this.folder, 'local', 'setup.mjs'), purpose], {
      env: this.#environment(options),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    child.stderr.destroy();
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  }

  #environment({ env = {}, uid = 1000 }: SetUpOptions): Record<string, string> {
    return {
      PATH: this.programs,
      DPKG_ROOT: this.system,
      NODE_OPTIONS: `--require="${this.#user}"`,
      FAKE_UID: String(uid),
      ...env,
    };
  }
}
