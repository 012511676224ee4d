import { expect, test } from 'vitest';
import { createClientAddress } from './client-address.ts';

const addressOf = (trusted: readonly string[], remote: string, forwardedFor = '') =>
  createClientAddress(trusted)(
    { getRemoteAddressAsText: () => new TextEncoder().encode(remote).buffer },
    { getHeader: () => forwardedFor },
  );

test.each([
  [[], '10.0.0.1', '', '10.0.0.1'],
  [[], '10.0.0.1', '1.2.3.4', '10.0.0.1'],
  [['10.0.0.0/8'], '10.0.0.1', '1.2.3.4', '1.2.3.4'],
  [['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 1.2.3.4, 10.9.9.9', '1.2.3.4'],
  [['10.0.0.0/8'], '10.0.0.1', '10.9.9.9', '10.0.0.1'],
  [['10.0.0.0/8'], '10.0.0.1', '', '10.0.0.1'],
  [['10.0.0.0/8'], '11.0.0.1', '1.2.3.4', '11.0.0.1'],
  [['::1'], '0000:0000:0000:0000:0000:0000:0000:0001', '2001:db8::7', '2001:db8::7'],
  [['127.0.0.1'], '0000:0000:0000:0000:0000:ffff:7f00:0001', '1.2.3.4', '1.2.3.4'],
  [['10.0.0.0/8'], '10.0.0.1', '::ffff:1.2.3.4', '1.2.3.4'],
])('with %j trusted, a request from %s that names %j comes from %s', (trusted, remote, forwardedFor, expected) => {
  expect(addressOf(trusted, remote, forwardedFor)).toBe(expected);
});
