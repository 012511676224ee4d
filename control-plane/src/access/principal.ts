import type { RoleBinding } from './roles.ts';
import type { TokenScope } from './scopes.ts';
import { tokenScopes } from './scopes.ts';

type Holder = {
  readonly name: string;
  readonly bindings: readonly RoleBinding[];
  readonly scopes: readonly TokenScope[];
};

/** Who asks: known by a token or a session, with the roles that are held at this moment. */
export type Principal =
  | (Holder & { readonly kind: 'admin-token' })
  | (Holder & { readonly kind: 'user'; readonly sessionId: string })
  | (Holder & { readonly kind: 'service-account'; readonly tokenId: string });

/** Whoever has the admin token. */
export const adminPrincipal: Principal = Object.freeze({
  kind: 'admin-token',
  name: 'admin',
  bindings: Object.freeze([{ role: 'platform-admin', on: 'platform' }] as const),
  scopes: tokenScopes,
});

/** How the history names a principal: `admin`, `user:ada`, `service-account:ci`. */
export const actorOf = ({ kind, name }: Principal): string => (kind === 'admin-token' ? name : `${kind}:${name}`);

/** Whether nothing needs to be decided: a platform admin, narrowed by no scope. */
export const mayEverything = ({ bindings, scopes }: Principal): boolean =>
  scopes.length === tokenScopes.length &&
  bindings.some(({ role, on }) => role === 'platform-admin' && on === 'platform');
