import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { Outbound } from '../../handlers/network/outbound.ts';
import { RemoteRepository } from '../../handlers/registry/remote-repository.ts';
import { buildBundle } from '../../packaging/bundling.ts';
import { type DockerRegistry, startDockerRegistry } from '../support/registry/docker-registry.ts';
import { makeTlsCertificate, type TlsCertificate } from '../support/registry/tls-certificate.ts';
import { getWitness } from '../support/witness.ts';
import { type Bench, median, tableOf } from './bench.ts';
import { type Measurement, measure } from './copy-image/measure.ts';
import { pushRandomImage } from './copy-image/random-image.ts';

const SIZES_MIB = [256, 1_024];
/** Copies of each size by each program, one after the other by turns. */
const ROUNDS = 5;
/** What a function that copies may take, whatever the image's size. More than that is an error. */
const MEMORY_LIMIT_MIB = 192;
const OURS = 'deploytime';
const MIB = 1024 * 1024;

type Copier = (
  source: DockerRegistry,
  destination: DockerRegistry,
  repository: string,
) => Promise<Measurement>;

/**
 * An image with one layer of random content, over TLS from one docker-registry to another, empty one: our copy,
 * bundled as for Lambda, beside `skopeo copy`. The registries' own work is in the wall time of both.
 */
export const bench: Bench = {
  name: 'copy',
  run: async (report) => {
    await using certificate = await makeTlsCertificate();
    await using source = await startDockerRegistry({ tls: certificate });
    const folder = await mkdtemp(join(tmpdir(), 'deploytime-bench-'));
    try {
      await fill(source, certificate, folder);
      const { file: bundle } = await buildBundle(
        join(import.meta.dirname, 'copy-image', 'copy-process.ts'),
        folder,
      );
      const copiers: Readonly<Record<string, Copier>> = {
        [OURS]: copyWith(bundle, certificate),
        skopeo: skopeoWith(certificate),
      };
      for (const sizeMib of SIZES_MIB) {
        const results = await runRounds(sizeMib, { source, certificate, copiers });
        for (const line of linesOf(sizeMib, results)) report(line);
        const highest = Math.max(...(results[OURS] ?? []).map(({ peakBytes }) => peakBytes)) / MIB;
        if (highest >= MEMORY_LIMIT_MIB) {
          throw new Error(`${highest.toFixed(0)} MiB of memory; ${MEMORY_LIMIT_MIB} are allowed`);
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function fill(source: DockerRegistry, certificate: TlsCertificate, folder: string): Promise<void> {
  setDefaultCACertificates([certificate.cert]);
  const outbound = new Outbound({ trustedHosts: new Set([source.host]) });
  for (const sizeMib of SIZES_MIB) {
    const repository = new RemoteRepository({
      registry: source.host,
      repository: repositoryOf(sizeMib),
      role: 'destination',
      outbound,
    });
    await pushRandomImage(repository, { tag: 'latest', sizeMib, folder });
  }
  await outbound.close();
}

async function runRounds(
  sizeMib: number,
  options: {
    source: DockerRegistry;
    certificate: TlsCertificate;
    copiers: Readonly<Record<string, Copier>>;
  },
): Promise<Record<string, Measurement[]>> {
  const { source, certificate, copiers } = options;
  const results: Record<string, Measurement[]> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, copy] of Object.entries(copiers)) {
      // A new one each time: skopeo remembers what a registry has, and ours asks.
      await using destination = await startDockerRegistry({ tls: certificate });
      const measurement = await copy(source, destination, repositoryOf(sizeMib));
      results[name] = [...(results[name] ?? []), measurement];
    }
  }
  return results;
}

function copyWith(bundle: string, { certFile }: TlsCertificate): Copier {
  return (source, destination, repository) =>
    measure([process.execPath, bundle, `${source.host}/${repository}`, `${destination.host}/${repository}`], {
      NODE_EXTRA_CA_CERTS: certFile,
    });
}

function skopeoWith({ certDir }: TlsCertificate): Copier {
  return (source, destination, repository) =>
    measure([
      ...[getWitness('skopeo'), 'copy', '--quiet', `--src-cert-dir=${certDir}`, `--dest-cert-dir=${certDir}`],
      ...[`docker://${source.host}/${repository}`, `docker://${destination.host}/${repository}`],
    ]);
}

function linesOf(
  sizeMib: number,
  results: Readonly<Record<string, readonly Measurement[]>>,
): readonly string[] {
  const rows = Object.entries(results).map(([name, all]) => ({
    name,
    wall: median(all.map(({ wallSeconds }) => wallSeconds)),
    cpu: median(all.map(({ cpuSeconds }) => cpuSeconds)),
    peak: median(all.map(({ peakBytes }) => peakBytes)) / MIB,
    highest: Math.max(...all.map(({ peakBytes }) => peakBytes)) / MIB,
  }));
  const [ours, theirs] = rows;
  if (ours === undefined || theirs === undefined) return [];
  const ratio = (a: number, b: number): string => `×${(a / b).toFixed(2)}`;
  const table = tableOf([
    [`${sizeMib} MiB, medians of ${ROUNDS}`, 'wall', 'CPU', 'peak memory', 'highest'],
    ...rows.map(({ name, wall, cpu, peak, highest }) => [
      name,
      `${wall.toFixed(2)} s`,
      `${cpu.toFixed(2)} s`,
      `${peak.toFixed(0)} MiB`,
      `${highest.toFixed(0)} MiB`,
    ]),
    [
      `${ours.name} / ${theirs.name}`,
      ratio(ours.wall, theirs.wall),
      ratio(ours.cpu, theirs.cpu),
      ratio(ours.peak, theirs.peak),
      ratio(ours.highest, theirs.highest),
    ],
  ]);
  return [...table, ''];
}

function repositoryOf(sizeMib: number): string {
  return `bench/random-${sizeMib}`;
}
