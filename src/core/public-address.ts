import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** What a connection fails with when it would lead to a private address. */
export class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";
  readonly code = "private_address";
}

const PRIVATE = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  PRIVATE.addSubnet(network, bits, "ipv4");
}
/** Only what is handed out to the world (RFC 4291: 2000::/3), without the tunnels that hold an IPv4 address. */
const GLOBAL_V6 = new BlockList();
GLOBAL_V6.addSubnet("2000::", 3, "ipv6");
const TUNNELS = new BlockList();
TUNNELS.addSubnet("2002::", 16, "ipv6");
TUNNELS.addSubnet("2001::", 32, "ipv6");

/** False for addresses of this machine, of its network and of nobody; a name is no address and false too. */
export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPublicAddress(mapped);
  switch (isIP(address)) {
    case 4:
      return !PRIVATE.check(address, "ipv4");
    case 6:
      return GLOBAL_V6.check(address, "ipv6") && !TUNNELS.check(address, "ipv6");
    default:
      return false;
  }
}

/**
 * For the `lookup` of a connection: resolves a name as usual and refuses it when any of its addresses is private. Asked while
 * connecting, so that a name cannot change between the check and the connection. Addresses written as such are not looked up:
 * check them with `isPublicAddress`.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const first = addresses?.[0];
    if (error !== null) return callback(error, "", 0);
    if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
      return callback(new PrivateAddressError(`${hostname} leads to a private address`), "", 0);
    }
    return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};
