import type { Tokenizer } from '@tollgate/schema';
import { expect, test, vi } from 'vitest';
import { deployment, model, spiedUpstream } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';

const LONG = [{ role: 'user', content: 'long '.repeat(800) }];
const sized = (name: string, contextTokens: number, tokenizer?: Tokenizer) => ({
  ...deployment(name),
  contextTokens,
  tokenizer,
});

/** A gateway that expects 1,000 tokens of any long request, and counts as many as are given for each tokenizer once `tell` is called. */
function openBed(deployments: readonly ReturnType<typeof sized>[], counts: Partial<Record<Tokenizer, number>>) {
  const waiting: (() => void)[] = [];
  const told = new Set<Tokenizer>();
  const count = vi.fn((_chat: unknown, tokenizer: Tokenizer, onTold: () => void) => {
    waiting.push(() => {
      told.add(tokenizer);
      onTold();
    });
  });
  const known = (_chat: unknown, tokenizer: Tokenizer) => (told.has(tokenizer) ? counts[tokenizer] : undefined);
  const { upstream, calls } = spiedUpstream();
  const bed = createChatBed(
    { m: model([...deployments]) },
    { upstream, random: () => 0, counter: { count, known }, estimator: { inputOf: () => 1_000 } },
  );
  const tell = () => {
    for (const one of waiting.splice(0)) one();
  };
  return { ...bed, calls, count, tell };
}

test('where a long request fits is told by its count, for each deployment by its own tokenizer', async () => {
  const small = sized('small', 900, 'o200k_base');
  const smaller = sized('smaller', 850, 'cl100k_base');
  const fitting = openBed([small, smaller], { o200k_base: 900, cl100k_base: 851 });
  const asked = fitting.ask('m', { messages: LONG });
  expect(fitting.calls).toEqual([]);
  fitting.tell();
  expect((await asked).status).toBe(200);
  expect(fitting.calls).toEqual(['small']);
  const other = openBed([small, smaller], { o200k_base: 901, cl100k_base: 850 });
  const askedOther = other.ask('m', { messages: LONG });
  other.tell();
  await askedOther;
  expect(other.calls).toEqual(['smaller']);
});

test('without a count, and for deployments without a tokenizer, the estimate says it', async () => {
  const bed = openBed([sized('small', 999, 'o200k_base'), sized('large', 1_000)], {});
  const asked = bed.ask('m', { messages: LONG });
  bed.tell();
  await asked;
  expect(bed.calls).toEqual(['large']);
});

test('a request that is not long is not counted for that, nor is one for models without a tokenizer', async () => {
  const short = openBed([sized('small', 900, 'o200k_base')], {});
  await short.ask('m');
  expect(short.count).not.toHaveBeenCalled();
  const plain = openBed([sized('small', 900)], {});
  await plain.ask('m', { messages: LONG });
  expect(plain.count).not.toHaveBeenCalled();
});

test('a client that leaves while its request is counted leaves nothing behind', async () => {
  const bed = openBed([sized('small', 900, 'o200k_base')], { o200k_base: 10 });
  let leave = () => {};
  const asked = bed.ask('m', {
    messages: LONG,
    onOpen(close) {
      leave = close;
    },
  });
  leave();
  bed.tell();
  expect((await asked).records).toEqual([]);
  expect(bed.calls).toEqual([]);
});

test('what is counted while the node shuts down is refused', async () => {
  const bed = openBed([sized('small', 900, 'o200k_base')], { o200k_base: 10 });
  const asked = bed.ask('m', { messages: LONG });
  bed.chat.abortAll();
  bed.tell();
  expect((await asked).status).toBe(503);
  expect(bed.calls).toEqual([]);
});
