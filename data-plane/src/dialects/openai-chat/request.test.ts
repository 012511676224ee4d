import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseChatRequest } from '../../chat/parse-chat-request.ts';
import { targetOf } from '../testing/streams.ts';
import { encodeRequest } from './request.ts';

const MESSAGES = '"messages":[{"role":"user","content":"Hi"}]';

function encode(text: string, upstreamModel = 'up', streamUsage = true) {
  const parsed = parseChatRequest(Buffer.from(text));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const encoded = encodeRequest(parsed.request, targetOf(upstreamModel, { streamUsage }));
  if (!encoded.ok) throw new Error('was refused');
  return { bytes: parsed.request.bytes, body: encoded.body };
}

describe('encodeRequest', () => {
  test('returns the same buffer if there is nothing to change', () => {
    for (const more of [
      '',
      ',"stream":false',
      ',"stream":null',
      ',"stream":true,"stream_options":{"include_usage":true}',
    ]) {
      const { bytes, body } = encode(`{"model":"up",${MESSAGES}${more}}`);
      expect(body).toBe(bytes);
    }
    const { bytes, body } = encode(`{"model":"up",${MESSAGES},"stream":true}`, 'up', false);
    expect(body).toBe(bytes);
  });

  test('changes the name of the model and no other byte', () => {
    const { body } = encode(`{ "x":1.0, "model" :"public" , ${MESSAGES},"big":12345678901234567890}`, 'up "1"');
    expect(body.toString()).toBe(`{ "x":1.0, "model" :"up \\"1\\"" , ${MESSAGES},"big":12345678901234567890}`);
  });

  test.each([
    ['"stream":true', '"stream":true,"stream_options":{"include_usage":true}'],
    ['"stream":true,"stream_options":null', '"stream":true,"stream_options":{"include_usage":true}'],
    ['"stream":true,"stream_options":{}', '"stream":true,"stream_options":{"include_usage":true}'],
    [
      '"stream":true,"stream_options":{"include_usage":false,"y":1e3}',
      '"stream":true,"stream_options":{"y":1e3,"include_usage":true}',
    ],
  ])('asks for usage in a stream: %s', (given, expected) => {
    expect(encode(`{"model":"up",${MESSAGES},${given}}`).body.toString()).toBe(
      `{"model":"up",${MESSAGES},${expected}}`,
    );
  });

  test.each([
    ['{"model":"secret","model":"public",', ['model', 'model']],
    ['{"\\u006dodel":"secret","model":"public",', ['model', 'model']],
    ['{"Model":"secret","model":"public",', ['Model', 'model']],
    ['{"model":"public","MODEL":{"x":"secret"},', ['model', 'MODEL']],
  ])('leaves no other model to any parser: %s', (start) => {
    for (const upstreamModel of ['up', 'public']) {
      const text = encode(`${start}${MESSAGES}}`, upstreamModel).body.toString();
      expect(text).not.toContain('secret');
      expect(text.split(`"${upstreamModel}"`).length).toBe(3);
    }
  });

  test('gives one value to a stream flag that is written more than once', () => {
    const { body } = encode(`{"model":"up","stream":true,"\u017ftream":true,${MESSAGES},"stream":false}`);
    expect(body.toString()).toBe(`{"model":"up","stream":false,"\u017ftream":false,${MESSAGES},"stream":false}`);
  });

  test('says the same as the original with the fields set, for any object in any format', () => {
    // The one field with so short a name that any would be found by chance, and of which not every value is let in.
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text !== 'n');
    const extra = fc.dictionary(name, fc.jsonValue(), { maxKeys: 6 });
    fc.assert(
      fc.property(
        extra,
        fc.nat({ max: 4 }),
        fc.boolean(),
        fc.string({ minLength: 1 }),
        (more, indent, stream, upstreamModel) => {
          const original = { ...more, model: 'public', messages: [{ role: 'user', content: 'Hi' }], stream };
          const { body } = encode(JSON.stringify(original, null, indent), upstreamModel);
          const options = stream ? { stream_options: { include_usage: true } } : {};
          const expected = JSON.parse(JSON.stringify({ ...original, model: upstreamModel, ...options })) as unknown;
          expect(JSON.parse(body.toString())).toEqual(expected);
        },
      ),
    );
  });
});
