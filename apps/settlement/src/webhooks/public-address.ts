import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

// Azure's host agent answers here: a public address that leads inside. The other clouds' are link-local.
const HOST_AGENTS = new Set(['168.63.129.16']);
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Whether an IP address is somebody's on the open internet. IPv6 that carries an IPv4 address (mapped, or
 * NAT64, which is how IPv6-only networks reach the IPv4 world) is judged by what it carries; tunnels such
 * as 6to4 and Teredo are refused.
 *
 * @param text an IP address, without brackets
 * @see IANA IPv4 and IPv6 Special-Purpose Address Registries
 */
export function isPublicAddress(text: string): boolean {
  return ipaddr.isValid(text) && isPublic(ipaddr.parse(text));
}

function isPublic(address: Address): boolean {
  if (address instanceof ipaddr.IPv4) {
    return address.range() === 'unicast' && !HOST_AGENTS.has(address.toString());
  }
  if (address.isIPv4MappedAddress()) return isPublic(address.toIPv4Address());
  if (address.match(NAT64)) return isPublic(ipaddr.fromByteArray(address.toByteArray().slice(12)));
  return address.range() === 'unicast' && address.match(GLOBAL_UNICAST);
}
