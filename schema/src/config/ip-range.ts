import { isIP } from 'node:net';

const ADDRESS_BITS = { 4: 32, 6: 128 } as const;

/** Whether a text is an IP address or a range of them (CIDR), such as `10.0.0.0/8` or `2001:db8::/32`. */
export function isIpRange(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if ((version !== 4 && version !== 6) || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= ADDRESS_BITS[version]);
}
