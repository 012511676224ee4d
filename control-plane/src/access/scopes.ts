/**
 * What a service token may be used for. Its account's roles say what is allowed; a scope only takes away. Sessions and the
 * admin token have them all.
 */
export const tokenScopes = ['config:read', 'config:write', 'keys:write', 'access:write', 'usage:read'] as const;
export type TokenScope = (typeof tokenScopes)[number];

export const scopeMeanings: Readonly<Record<TokenScope, string>> = Object.freeze({
  'config:read': 'Reads entities, history and nodes.',
  'config:write': 'Changes all but users, members, role bindings and service accounts.',
  'keys:write': 'Changes virtual keys.',
  'access:write': 'Changes users, members, role bindings and service accounts, and issues service tokens.',
  'usage:read': 'Reads usage and requests.',
});

/** What the API, and so everybody who reads of it, calls a scope: `CONFIG_READ`. */
export const scopeName = (scope: TokenScope): string => scope.toUpperCase().replace(':', '_');
