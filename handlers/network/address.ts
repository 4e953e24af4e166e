import ipaddr from 'ipaddr.js';

/** What an IP address is to us: somewhere on the internet, inside a private network, or never a destination. */
export type AddressKind = 'public' | 'private' | 'forbidden';

/**
 * Tells where an address leads. Loopback, link-local (with the metadata services 169.254.169.254 and
 * fd00:ec2::254), multicast and reserved addresses are forbidden; RFC 1918 and unique local ones are private.
 * An IPv4 address that is mapped or translated (RFC 6052) into IPv6 counts as what it holds.
 */
export function kindOfAddress(address: string): AddressKind {
  if (!ipaddr.isValid(address)) return 'forbidden';
  const parsed = ipaddr.process(address);
  if (parsed.toString().startsWith(METADATA_SERVICE_IPV6_PREFIX)) return 'forbidden';
  switch (parsed.range()) {
    case 'unicast':
      return 'public';
    case 'private':
    case 'uniqueLocal':
      return 'private';
    case 'rfc6052':
      return kindOfAddress(embeddedIpv4(parsed.toByteArray()));
    default:
      return 'forbidden';
  }
}

/** The instance metadata service's IPv6 network lies within the unique local addresses. */
const METADATA_SERVICE_IPV6_PREFIX = 'fd00:ec2:';

/** The IPv4 address in the last 32 bits of a 64:ff9b::/96 address. */
function embeddedIpv4(bytes: number[]): string {
  return bytes.slice(-4).join('.');
}
