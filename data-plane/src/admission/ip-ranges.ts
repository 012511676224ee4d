import { BlockList, isIP, isIPv6 } from 'node:net';

/** Addresses and ranges of them, such as `10.0.0.0/8` and `2001:db8::1`. What is no address lies in none. */
export type IpRanges = { contain(address: string): boolean };

export function createIpRanges(ranges: readonly string[]): IpRanges {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return { contain: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)) };
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
