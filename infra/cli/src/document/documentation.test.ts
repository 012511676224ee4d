import { readFile } from 'node:fs/promises';
import { parseDocument } from '@tollgate/schema';
import { expect, it } from 'vitest';

it('the example of the documentation is a valid document of nine entities', async () => {
  const page = await readFile(new URL('../../../../docs/config-document.md', import.meta.url), 'utf8');
  const text = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { declarations, problems } = parseDocument([{ path: 'example.yaml', text }]);
  expect(problems).toEqual([]);
  expect(declarations).toHaveLength(9);
});
