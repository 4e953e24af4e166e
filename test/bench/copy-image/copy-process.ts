import { copyContent, resolveImage } from '../../../handlers/copy/copy-image.ts';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { parseReference, type Reference } from '../../../handlers/oci/reference.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';

/*
 * What is measured: our copy, from one reference to another, in a process of its own, bundled as for Lambda.
 * Both registries are on loopback, so they are trusted by name.
 */
const [source = '', destination = ''] = process.argv.slice(2).map((text) => parseReference(text));
if (source === '' || destination === '') throw new Error('usage: copy-process SOURCE DESTINATION');

const outbound = new Outbound({ trustedHosts: new Set([source.registry, destination.registry]) });
const open = ({ registry, repository }: Reference, role: 'source' | 'destination') =>
  new RemoteRepository({ registry, repository, role, outbound });
const from = open(source, 'source');
const to = open(destination, 'destination');
const image = await resolveImage({
  source: from,
  reference: source.tag ?? 'latest',
  platform: { os: 'linux', architecture: 'amd64' },
});
await copyContent({ source: from, destination: to, image });
await to.pushManifest(destination.tag ?? 'latest', image.root);
await outbound.close();
