import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { binaryPath, type PlaceholderPlatform } from '../support/placeholder/binary.ts';
import { getWitness, type WitnessOptions, witness } from '../support/witness.ts';

const PLACEHOLDER = join(import.meta.dirname, '..', '..', 'placeholder');
const PLATFORMS: readonly PlaceholderPlatform[] = ['linux/amd64', 'linux/arm64'];
const LARGEST_BYTES = 16 * 1024 - 1;
const COMPILERS = ['x86_64-linux-gnu-gcc', 'aarch64-linux-gnu-gcc'] as const;
/** Another compiler makes other bytes, which are no worse; README.md names this one. */
const COMPILER_VERSION = '12.2.0';
const LINKER_VERSION = '2.40';

describe('the placeholder’s binaries', () => {
  for (const platform of PLATFORMS) {
    test(`${platform}: a static ELF file under 16 KiB that needs nothing and can't change its own code`, () => {
      const elf = readFileSync(binaryPath(platform));
      assert.ok(elf.length <= LARGEST_BYTES, `${elf.length} bytes`);
      assert.equal(elf.subarray(0, 7).toString('latin1'), '\x7fELF\x02\x01\x01');
      assert.equal(elf.readUInt16LE(18), platform === 'linux/amd64' ? 62 : 183);
      assert.equal(statSync(binaryPath(platform)).mode & 0o777, 0o755);
      const headers = Array.from({ length: elf.readUInt16LE(56) }, (_, index) => {
        const at = Number(elf.readBigUInt64LE(32)) + index * elf.readUInt16LE(54);
        return { type: elf.readUInt32LE(at), flags: elf.readUInt32LE(at + 4) };
      });
      // LOAD and GNU_STACK alone: no interpreter, nothing dynamic.
      for (const { type } of headers) assert.ok(type === 1 || type === 0x6474e551, `header ${type}`);
      for (const { flags } of headers) assert.notEqual(flags & 3, 3, 'writable and executable');
    });
  }

  test('build.sh makes these very bytes, wherever it stands', compilers(), (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'deploytime-placeholder-'));
    context.after(() => rmSync(folder, { recursive: true }));
    execFileSync('cp', ['-r', join(PLACEHOLDER, 'source'), join(PLACEHOLDER, 'build.sh'), folder]);
    for (const build of [join(PLACEHOLDER, 'build.sh'), join(folder, 'build.sh')]) {
      execFileSync(build, [folder], { stdio: ['ignore', 'pipe', 'pipe'] });
      for (const platform of PLATFORMS) {
        const built = readFileSync(join(folder, `placeholder-${platform.replace('/', '-')}`));
        assert.ok(
          built.equals(readFileSync(binaryPath(platform))),
          `${platform} differs: run placeholder/build.sh`,
        );
      }
    }
  });
});

/** Skips by name where the compilers or their linkers are others. */
function compilers(): WitnessOptions {
  const missing = witness(...COMPILERS);
  if (missing.skip !== undefined) return missing;
  const others = COMPILERS.filter((compiler) => {
    const path = getWitness(compiler);
    const linker = execFileSync(path, ['-print-prog-name=ld'], { encoding: 'utf8' }).trim();
    return (
      execFileSync(path, ['-dumpfullversion'], { encoding: 'utf8' }).trim() !== COMPILER_VERSION ||
      !execFileSync(linker, ['--version'], { encoding: 'utf8' }).split('\n')[0]?.endsWith(LINKER_VERSION)
    );
  });
  if (others.length === 0) return {};
  const reason = `${others.join(' and ')} is not gcc ${COMPILER_VERSION} with binutils ${LINKER_VERSION} (Debian 12)`;
  if (process.env.CI === 'true') throw new Error(reason);
  return { skip: reason };
}
