import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, cuttingPlaces } from '../testing/streams.ts';
import { parseSseFrame } from './parse-sse-frame.ts';
import { createSseFramer } from './sse-framer.ts';

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const lineText = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ''));
const line = fc.oneof(
  lineText.map((text) => `data: ${text}`),
  lineText.map((text) => `data:${text}`),
  lineText.map((text) => `event: ${text}`),
  lineText.map((text) => `: ${text}`),
  fc.constant('id: 7'),
);
const event = fc.tuple(fc.array(line, { minLength: 1, maxLength: 4 }), lineEnd);
/** A stream of one kind of line end, as a CR before an LF is one line end and not two. */
const stream = fc
  .tuple(fc.array(event, { minLength: 1, maxLength: 8 }), lineEnd, fc.boolean())
  .map(([events, end, hasMark]) => ({
    frames: events.map(([lines]) => lines.map((text) => text + end).join('') + end),
    mark: hasMark ? '\uFEFF' : '',
  }));

function frameUp(chunks: readonly Buffer[], frameBytesMax = 100_000) {
  const framer = createSseFramer({ frameBytesMax });
  const framings = chunks.map((chunk) => framer.push(chunk));
  const frames = framings.flatMap(({ frames }) => frames.map((frame) => frame.toString('latin1')));
  return { frames, rest: framer.rest().toString('latin1'), isTooLarge: framings.some(({ isTooLarge }) => isTooLarge) };
}

describe('createSseFramer', () => {
  test('gives the same frames for any events, any line ends and any cutting', () => {
    fc.assert(
      fc.property(stream, cuttingPlaces, ({ frames, mark }, places) => {
        const bytes = Buffer.from(mark + frames.join(''));
        const { frames: found, rest } = frameUp(cut(bytes, places));
        const whole = rest === '' ? found : [...found, rest];
        const expected = frames.map((frame, index) =>
          Buffer.from((index === 0 ? mark : '') + frame).toString('latin1'),
        );
        expect(whole).toEqual(expected);
        // Only a last CR may be held back, as an LF could follow.
        if (!bytes.toString().endsWith('\r')) expect(rest).toBe('');
      }),
    );
  });

  test('gives the same frames for any bytes at all, cut anywhere, and loses none', () => {
    const bytes = fc.array(fc.constantFrom(...Buffer.from('\r\n:ad\xff', 'latin1')), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, cuttingPlaces, (codes, places) => {
        const whole = Buffer.from(codes);
        const result = frameUp(cut(whole, places));
        expect(result).toEqual(frameUp([whole]));
        expect(result.frames.join('') + result.rest).toBe(whole.toString('latin1'));
      }),
      { numRuns: 1000 },
    );
  });

  test('gives views of a chunk for the frames that lie within it', () => {
    const chunk = Buffer.from('data: 1\n\ndata: 2\n\nda');
    const { frames } = createSseFramer({ frameBytesMax: 100 }).push(chunk);
    expect(frames.map((frame) => frame.buffer === chunk.buffer)).toEqual([true, true]);
  });

  test('says that a frame is too large at the same byte, however it is cut, after the whole ones before it', () => {
    const bytes = Buffer.from(`data: 1\n\ndata: ${'x'.repeat(30)}\n\ndata: 3\n\n`);
    fc.assert(
      fc.property(cuttingPlaces, (places) => {
        expect(frameUp(cut(bytes, places), 37)).toMatchObject({ frames: ['data: 1\n\n'], isTooLarge: true });
        expect(frameUp(cut(bytes, places), 38)).toMatchObject({ isTooLarge: false, rest: '' });
      }),
    );
  });

  test('takes a frame of many small pieces in time that grows with its length', () => {
    const framer = createSseFramer({ frameBytesMax: 1024 * 1024 });
    const piece = Buffer.from('x');
    for (let index = 0; index < 500_000; index += 1) framer.push(piece);
    expect(framer.push(Buffer.from('\n\n')).frames[0]?.length).toBe(500_002);
  });
});

describe('parseSseFrame', () => {
  test.each([
    ['data: {"a":1}\n\n', { event: undefined, data: '{"a":1}' }],
    ['data:{"a":1}\r\n\r\n', { event: undefined, data: '{"a":1}' }],
    ['event: ping\ndata: one\ndata: two\n\n', { event: 'ping', data: 'one\ntwo' }],
    ['\uFEFFdata: x\n\n', { event: undefined, data: 'x' }],
    [': keep-alive\n\n', { event: undefined, data: '' }],
    ['data\rdata:  two spaces\r\r', { event: undefined, data: '\n two spaces' }],
    ['data: no end', { event: undefined, data: 'no end' }],
    ['data: one\r\rx\n\n', { event: undefined, data: 'one' }],
  ])('reads %j', (frame, expected) => {
    expect(parseSseFrame(Buffer.from(frame))).toEqual(expected);
  });
});
