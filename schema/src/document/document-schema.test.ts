import { describe, expect, it } from 'vitest';
import { documentJsonSchema, documentSections } from './document-schema.ts';

describe('documentJsonSchema', () => {
  const text = JSON.stringify(documentJsonSchema());

  it('has every section, forbids unknown fields and lists the provider types', () => {
    const schema = documentJsonSchema();
    expect(Object.keys(schema['properties'] as object)).toEqual([
      'tollgate',
      'owner',
      ...Object.keys(documentSections),
    ]);
    expect(schema).toMatchObject({ additionalProperties: false, required: ['tollgate'] });
    expect(text).toContain('"enum":["openai","anthropic","openai-compatible","vllm","ollama","mock"]');
  });

  it('knows secrets as references alone', () => {
    expect(text).toContain('"required":["env"]');
    expect(text).not.toContain('"value"');
    expect(text).not.toContain('"sealed"');
  });
});
