import type { GatewayError } from '@tollgate/schema';
import type { KeyEntry } from '../config/config-index.ts';
import type { KeyGrant } from './key-grant.ts';

/** Who asks, and what that one may. */
export type Caller = { readonly key: KeyEntry; readonly grant: KeyGrant };

export type Method = 'get' | 'post';

/** What is asked; path and address are found out only if they matter. */
export type Attempt = { readonly method: Method; readonly path: () => string; readonly address: () => string };

/** Why a key that is known may not do this, whatever its request says; undefined if it may. */
export function authorize({ key, grant }: Caller, { method, path, address }: Attempt): GatewayError | undefined {
  const { blockedOwner } = grant;
  if (blockedOwner !== undefined)
    return {
      code: 'api_key_blocked',
      message: `The ${blockedOwner}, to whom the API key ${key.name} belongs, is blocked.`,
    };
  if (!grant.allowsMethod(method))
    return {
      code: 'route_not_allowed',
      message: `The API key ${key.name} is of the type ${key.config.type}, which is not for this request.`,
    };
  if (!grant.allowsRoute(path))
    return {
      code: 'route_not_allowed',
      message: `The API key ${key.name} may not call this path; it may call ${key.config.allowedRoutes?.join(', ') || 'none'}.`,
    };
  if (!grant.allowsAddress(address))
    return { code: 'address_not_allowed', message: `The API key ${key.name} may not be used from this address.` };
  return undefined;
}
