import { readFile } from 'node:fs/promises';
import { documentSections, kinds, parseDocument, sectionOf } from '@tollgate/schema';
import { describe, expect, it } from 'vitest';

const page = await readFile(new URL('../../../../docs/config-document.md', import.meta.url), 'utf8');
const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';

describe('the page about the config document', () => {
  it('has an example that is valid and has every section but one, which would keep readers from trying it', () => {
    const { declarations, problems, owner } = parseDocument([{ path: 'example.yaml', text: example }]);
    expect(problems).toEqual([]);
    expect(owner).toBe('gateway');
    expect(page).toContain(`The document is valid; entities: ${declarations.length}`);
    const missing = Object.keys(documentSections).filter((section) => !new RegExp(`^${section}:`, 'm').test(example));
    expect(missing).toEqual(['approvalRules']);
  });

  it.each(Object.entries(documentSections))('names every field of %s, and no other', (section, kind) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${section}\` `));
    const named = (row?.split('|')[3] ?? '').match(/[a-z][A-Za-z]+/g) ?? [];
    const words = new Set(['one', 'of', 'and', 'at', 'most']);
    const fields = Object.keys(kinds[kind].declaration.shape).filter((field) => !NOTES.has(field));
    expect(named.filter((word) => !words.has(word)).sort()).toEqual(fields.sort());
    expect(sectionOf(kind)).toBe(section);
  });
});

/** Every kind has these, and the page says so once. */
const NOTES: ReadonlySet<string> = new Set(['description', 'metadata']);
