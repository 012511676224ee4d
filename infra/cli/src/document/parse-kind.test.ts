import { documentSections, entityKinds } from '@tollgate/schema';
import { describe, expect, it } from 'vitest';
import { parseEntity, parseKind } from './parse-kind.ts';

describe('parseKind', () => {
  it.each([
    ['key', 'virtual-key'],
    ['keys', 'virtual-key'],
    ['VIRTUAL_KEY', 'virtual-key'],
    ['accessGroups', 'access-group'],
    ['access-group', 'access-group'],
    ['alias', 'alias'],
    ['aliases', 'alias'],
  ])('reads %s as %s', (text, kind) => {
    expect(parseKind(text)).toBe(kind);
  });

  it('reads every kind by its name and by its section', () => {
    for (const kind of entityKinds) expect(parseKind(kind)).toBe(kind);
    for (const [section, kind] of Object.entries(documentSections)) expect(parseKind(section)).toBe(kind);
  });

  it('names the kinds there are', () => {
    expect(() => parseKind('taem')).toThrow(/there is no kind taem; kinds are .*teams/);
  });
});

describe('parseEntity', () => {
  it('takes all behind the first slash as the name', () => {
    expect(parseEntity('model/openai/*')).toEqual({ kind: 'model', name: 'openai/*' });
    expect(parseEntity('passThroughEndpoints//files')).toEqual({ kind: 'pass-through-endpoint', name: '/files' });
  });

  it.each(['team', 'team/', '/t', ''])('refuses %j', (text) => {
    expect(() => parseEntity(text)).toThrow('such as team/search');
  });
});
