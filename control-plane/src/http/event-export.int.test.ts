import { createExportVerifier } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { internalHeaders } from '../test-support/test-node.ts';
import { startTestPlane, TEST_ADMIN_TOKEN, type TestPlane } from '../test-support/test-plane.ts';
import { EVENT_EXPORT_PATH } from './event-export.ts';

const ADMIN = { authorization: `Bearer ${TEST_ADMIN_TOKEN}` };

const fetchExport = ({ url }: TestPlane, headers: Record<string, string> = ADMIN) =>
  fetch(`${url}${EVENT_EXPORT_PATH}`, { headers });

function verify(text: string, known: { position: number; hash: string }[] = []) {
  const verifier = createExportVerifier(known);
  for (const line of text.split('\n')) verifier.push(line);
  return verifier.verdict();
}

const commitTeams = (plane: TestPlane, from: number, count: number) =>
  plane.ask('mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { committed } }', {
    input: {
      changes: Array.from({ length: count }, (_, index) => ({ putTag: { name: `t${from + index}`, spec: {} } })),
    },
  });

test('an export of more than one batch verifies offline against the hash of a revision', async () => {
  const plane = await startTestPlane();
  await commitTeams(plane, 0, 1_500);
  await commitTeams(plane, 1_500, 3);
  const { data } = await plane.ask('{ revisions(first: 2) { edges { node { revision hash } } } }');
  const { edges } = data['revisions'] as unknown as { edges: { node: { revision: number; hash: string } }[] };
  const known = edges.map(({ node }) => ({ position: node.revision, hash: node.hash }));
  expect(known.map(({ position }) => position)).toEqual([1_503, 1_500]);
  const response = await fetchExport(plane);
  expect(response.headers.get('content-type')).toContain('application/x-ndjson');
  const text = await response.text();
  expect(verify(text, known)).toEqual({ ok: true, events: 1_503, head: known[0]?.hash });
  expect(verify(text.replace('"t7"', '"t8"').replace('tag:t7"', 'tag:tx"'), known)).toMatchObject({
    problem: 'changed',
    position: 8,
  });
});

test('an export before the first change set is valid and empty', async () => {
  const plane = await startTestPlane();
  expect(verify(await (await fetchExport(plane)).text())).toMatchObject({ ok: true, events: 0 });
});

test('only who may read the log by the API may export it', async () => {
  const plane = await startTestPlane();
  for (const headers of [{}, { authorization: 'Bearer wrong' }, internalHeaders]) {
    expect((await fetchExport(plane, headers as Record<string, string>)).status).toBe(401);
  }
});

test('no secret in the clear is in an export', async () => {
  const plane = await startTestPlane();
  await plane.ask('mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { committed } }', {
    input: {
      changes: [
        { putProvider: { name: 'p', spec: { type: 'openai', apiKey: { value: 'sk-SECRET-provider' } } } },
        { putVirtualKey: { name: 'k', spec: { secret: { value: 'sk-SECRET-virtual-key' } } } },
      ],
    },
  });
  const text = await (await fetchExport(plane)).text();
  expect(text.split('\n')).toHaveLength(5);
  expect(text).not.toContain('SECRET');
});
