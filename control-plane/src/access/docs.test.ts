import { readFileSync } from 'node:fs';
import { entityKinds, type Role, roleNames, roles } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { type EntityPolicy, entityPolicy, type Who } from './policy.ts';
import { roleMeanings } from './roles.ts';
import { scopeMeanings, scopeName, type TokenScope, tokenScopes } from './scopes.ts';

const page = readFileSync(new URL('../../../docs/access.md', import.meta.url), 'utf8');

/** The cells of a table of the page, without its two lines of head. */
function rowsOf(name: string): readonly (readonly string[])[] {
  const [, table = ''] = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)<!-- /${name} -->`).exec(page) ?? [];
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ') || '–';

/** `platform-admin` does everything, so it is named only where nobody else does. */
function describeWho(who: Who | 'as what it limits'): string {
  if (who === 'everyone') return 'everyone';
  if (who === 'as what it limits') return who;
  const others = who.filter((role) => role !== 'platform-admin');
  return code(others.length > 0 ? others : who);
}

function rowOf(kind: string, { read, write, operate, self }: EntityPolicy): readonly string[] {
  return [`\`${kind}\``, describeWho(read), describeWho(write), describeWho(operate), self.join(', ') || '–'];
}

test('the page says of each role what the code does', () => {
  const row = (role: Role) => [
    `\`${role}\``,
    roles[role].join(', '),
    roleMeanings[role].description,
    code(roleMeanings[role].mayGive),
  ];
  expect(rowsOf('roles')).toEqual(roleNames.map(row));
});

test('the page has the policy as it is', () => {
  expect(rowsOf('policy')).toEqual(entityKinds.map((kind) => rowOf(kind, entityPolicy[kind])));
});

test('the page says of each scope what it is for', () => {
  const nameOf = (scope: TokenScope) => `\`${scopeName(scope)}\``;
  expect(rowsOf('scopes')).toEqual(tokenScopes.map((scope) => [nameOf(scope), scopeMeanings[scope]]));
});
