import { describe, expect, it } from 'vitest';
import { declarationSchemas } from '../config/kinds.ts';
import { secretUses } from './document-entity.ts';
import { parseDocument } from './parse-document.ts';
import { toChanges } from './to-changes.ts';

const text = `tollgate: 1
providers:
  a: { type: openai, apiKey: { env: KEY } }
  b: { type: openai, apiKey: { env: KEY } }
  m: { type: mock }
models:
  x: { deployments: [{ provider: m, model: x }] }
teams:
  t: { models: [x] }
keys:
  made: { team: t }
  hashed: { secret: { sha256: ${'a'.repeat(64)} } }
  read: { secret: { file: key.txt } }
`;
const { declarations } = parseDocument([{ path: 'a.yaml', text }]);

describe('toChanges', () => {
  it('puts the value of each secret beside its reference, and leaves hashes and missing secrets as they are', () => {
    const uses = secretUses(declarations);
    expect(uses.map(({ entity, path }) => `${entity.name}.${path}`)).toEqual(['a.apiKey', 'b.apiKey', 'read.secret']);
    const changes = toChanges(declarations, new Map(uses.map(({ ref }, index) => [ref, `value-of-secret-${index}`])));
    expect(Object.fromEntries(changes.map(({ name, declaration }) => [name, declaration]))).toEqual({
      a: { type: 'openai', apiKey: { value: 'value-of-secret-0', ref: { env: 'KEY' } } },
      b: { type: 'openai', apiKey: { value: 'value-of-secret-1', ref: { env: 'KEY' } } },
      m: { type: 'mock' },
      x: { deployments: [{ provider: 'm', model: 'x' }] },
      t: { models: ['x'] },
      made: { team: 't' },
      hashed: { secret: { sha256: 'a'.repeat(64) } },
      read: { secret: { value: 'value-of-secret-2', ref: { file: 'key.txt' } } },
    });
    for (const { kind, declaration } of changes)
      expect(declarationSchemas[kind].safeParse(declaration).success).toBe(true);
  });

  it('does not send an entity whose secret was not read', () => {
    expect(() => toChanges(declarations, new Map())).toThrow('not resolved');
  });
});
