import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { createIpRanges } from '../admission/ip-ranges.ts';

/** The address that a request comes from; empty if it cannot be told. */
export type ClientAddress = (
  response: Pick<HttpResponse, 'getRemoteAddressAsText'>,
  request: Pick<HttpRequest, 'getHeader'>,
) => string;

const MAPPED_IPV4 =
  /^(?:::ffff:|0000:0000:0000:0000:0000:ffff:)([0-9a-f]{4}):([0-9a-f]{4})$|^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Finds it as the connection has it, or, behind proxies that are trusted, as the last of them that is not says in
 * `X-Forwarded-For`. A header from anybody else is no word to go by.
 * @param trustedProxies addresses and ranges, such as `10.0.0.0/8`
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = createIpRanges(trustedProxies);

  return (response, request) => {
    const direct = plain(Buffer.from(response.getRemoteAddressAsText()).toString('latin1'));
    if (!trusted.contain(direct)) return direct;
    const forwarded = request
      .getHeader('x-forwarded-for')
      .split(',')
      .map((part) => plain(part.trim()));
    return forwarded.findLast((address) => !trusted.contain(address)) || direct;
  };
}

/** An IPv4 address that came over an IPv6 socket is written as what it is. */
function plain(address: string): string {
  const mapped = MAPPED_IPV4.exec(address);
  if (mapped === null) return address;
  const [, high, low, dotted] = mapped;
  if (dotted !== undefined) return dotted;
  const [a, b] = [Number.parseInt(high ?? '', 16), Number.parseInt(low ?? '', 16)];
  return `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`;
}
