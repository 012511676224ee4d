import type { Deployment } from '../route.ts';
import type { Choose, RoutingRequest, Strategy } from './strategy.ts';

/** By what requests belong together. */
export type StickyBy =
  | { readonly by: 'header'; readonly header: string }
  | { readonly by: 'user' }
  | { readonly by: 'prompt'; readonly characters: number };

/**
 * Requests that belong together go to the same deployment, by rendezvous hashing with weights: each deployment draws a number from
 * its name and what the requests have in common, and the best draw wins. A deployment that comes takes its share from all others, and one
 * that goes leaves its own to them; no other request moves. What belongs to nothing is chosen by the strategy.
 */
export const sticky = (sticking: StickyBy, strategy: Strategy): Strategy => ({
  name: strategy.name,
  learns: strategy.learns,
  isBound: (request) => bondOf(sticking, request) !== '',
  choose: createStickyChoose(sticking, strategy.choose),
  ...(strategy.note && { note: strategy.note }),
  ...(strategy.figureOf && { figureOf: strategy.figureOf }),
});

function createStickyChoose(sticking: StickyBy, otherwise: Choose): Choose {
  return (candidates, request, random, nowMs) => {
    const bond = bondOf(sticking, request);
    return bond === '' ? otherwise(candidates, request, random, nowMs) : chooseByDraw(candidates, bond);
  };
}

function chooseByDraw(candidates: readonly Deployment[], bond: string): Deployment {
  const seed = hash(bond, HASH_START);
  let chosen = candidates[0];
  let best = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    // An exponential variable of the rate of its weight: the least of several is one's own with the probability of its share.
    const draw = -Math.log((mix(hash(candidate.name, seed)) + 1) / 2 ** 32) / candidate.weight;
    if (draw >= best) continue;
    best = draw;
    chosen = candidate;
  }
  if (chosen === undefined) throw new Error('there is no deployment to choose from');
  return chosen;
}

/** What a request has in common with those that it belongs to; empty if there is nothing. */
function bondOf(sticking: StickyBy, { chat, headers }: RoutingRequest): string {
  switch (sticking.by) {
    case 'header':
      return headers?.[sticking.header] ?? '';
    case 'user': {
      const { user } = chat.body;
      return typeof user === 'string' ? user : '';
    }
    case 'prompt':
      return openingOf(chat.body['messages'], sticking.characters);
    default:
      return sticking satisfies never;
  }
}

/** The messages up to the first of a user: what does not change as a conversation goes on, and providers keep in their caches. */
function openingOf(messages: unknown, characters: number): string {
  if (!Array.isArray(messages)) return '';
  let opening = '';
  for (const { role, content } of messages as readonly { readonly role: string; readonly content?: unknown }[]) {
    opening += `${role}\n${typeof content === 'string' ? content : JSON.stringify(content)}\n`;
    if (role === 'user' || opening.length >= characters) break;
  }
  return opening.slice(0, characters);
}

const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/** FNV-1a over UTF-16 units (http://www.isthe.com/chongo/tech/comp/fnv), 32 bits. */
function hash(text: string, start: number): number {
  let value = start;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), HASH_PRIME);
  return value >>> 0;
}

/** The finalizer of MurmurHash3: without it names that differ in their last letter would draw alike. */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
