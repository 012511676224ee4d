import pico from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { NodePropagation, Propagation } from '../api/propagation.ts';
import { renderPropagation } from './propagation.ts';

const node = (nodeId: string, rest: Partial<NodePropagation> = {}): NodePropagation => ({
  ...{ nodeId, outcome: 'ACKNOWLEDGED', waitedFor: true, revision: 9, acknowledgedInMs: 12, reason: null },
  ...rest,
});
const away = (nodeId: string, waitedFor: boolean): NodePropagation =>
  node(nodeId, { outcome: 'DISCONNECTED', waitedFor, revision: 7, acknowledgedInMs: null, reason: 'the link broke' });
const propagation = (nodes: readonly NodePropagation[], rest: Partial<Propagation> = {}): Propagation => ({
  ...{ revision: 9, reached: true, waitedMs: 15, nodes: [...nodes] },
  enforcing: nodes.filter(({ outcome }) => outcome === 'ACKNOWLEDGED').length,
  away: nodes.filter(({ outcome }) => outcome === 'DISCONNECTED').length,
  ...rest,
});
const lines = (given: Propagation): readonly string[] => renderPropagation(given, pico.createColors(false)).split('\n');

describe('what became of a revision on the nodes', () => {
  it('is good news if all of them enforce it', () => {
    expect(lines(propagation([node('a'), node('b', { acknowledgedInMs: null })]))).toEqual([
      '2 of 2 live nodes enforce revision 9 after 15 ms',
      '  a: enforces it, after 12 ms',
      '  b: enforces it',
    ]);
  });

  it('says at once how many are away, though as many as were asked for enforce it', () => {
    expect(lines(propagation([node('a'), away('b', false), away('c', false)]))).toEqual([
      '1 of 1 live nodes enforce revision 9 after 15 ms',
      'Beware: 2 nodes are away and may still serve an older revision, until they link again',
      '  a: enforces it, after 12 ms',
      '  b: is away, not waited for (may serve revision 7): the link broke',
      '  c: is away, not waited for (may serve revision 7): the link broke',
    ]);
  });

  it('is good news in green only if none is away', () => {
    const colours = pico.createColors(true);
    const head = (given: Propagation) => renderPropagation(given, colours).split('\n')[0];
    const text = '1 of 1 live nodes enforce revision 9 after 15 ms';
    expect(head(propagation([node('a')]))).toBe(colours.green(text));
    expect(head(propagation([node('a'), away('b', false)]))).toBe(colours.yellow(text));
  });

  it('counts a node that left a moment ago among those that are waited for', () => {
    expect(lines(propagation([node('a'), away('b', true)], { reached: false })).slice(0, 2)).toEqual([
      '1 of 2 live nodes enforce revision 9 after 15 ms: fewer than were asked for',
      'Beware: 1 node is away and may still serve an older revision, until it links again',
    ]);
  });

  it('does not look like success where nobody is there or nothing is known', () => {
    expect(lines(propagation([]))).toEqual(['No node is linked, so none enforces revision 9 yet']);
    expect(lines(propagation([away('a', false)])).slice(0, 2)).toEqual([
      'No node is linked, so none enforces revision 9 yet',
      'Beware: 1 node is away and may still serve an older revision, until it links again',
    ]);
    expect(lines(propagation([], { reached: false, enforcing: null, away: null }))).toEqual([
      'Whether any node enforces revision 9 is not known after 15 ms',
    ]);
  });
});
