import type { RoutingHeaders } from '../routing/strategies/strategy.ts';

/** The headers of a request that routes look at; undefined if they look at none. */
export function routingHeaders(
  names: readonly string[] | undefined,
  read: (name: string) => string,
): RoutingHeaders | undefined {
  return names && Object.fromEntries(names.map((name) => [name, read(name)]));
}
