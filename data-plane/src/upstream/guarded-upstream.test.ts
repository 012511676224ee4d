import { expect, test } from 'vitest';
import { guardUpstream } from './guarded-upstream.ts';
import type { UpstreamHandlers, UpstreamRequest } from './upstream.ts';

function setUp(handlers: Partial<UpstreamHandlers>) {
  const seen: string[] = [];
  let inner: UpstreamHandlers | undefined;
  const upstream = guardUpstream(
    {
      close: async () => {},
      dispatch(_request, given) {
        inner = given;
        return { cancel: () => void seen.push('cancelled'), pause: () => {}, resume: () => {} };
      },
    },
    (error) => void seen.push(`logged ${(error as Error).message}`),
  );
  const onFailure = ({ code }: { code: string }) => void seen.push(code);
  upstream.dispatch({} as UpstreamRequest, {
    onHead: () => {},
    onData: () => {},
    onEnd: () => {},
    onFailure,
    ...handlers,
  });
  if (inner === undefined) throw new Error('nothing was dispatched');
  return { inner, seen };
}

const explode = () => {
  throw new Error('boom');
};

test.each([
  ['onHead', (inner: UpstreamHandlers) => inner.onHead(200, () => '')],
  ['onData', (inner: UpstreamHandlers) => inner.onData(Buffer.from('x'))],
  ['onEnd', (inner: UpstreamHandlers) => inner.onEnd()],
] as const)('code that throws in %s fails its own request, with the call cancelled', (name, act) => {
  const { inner, seen } = setUp({ [name]: explode });
  expect(() => act(inner)).not.toThrow();
  expect(seen).toEqual(['logged boom', 'cancelled', 'internal_error']);
});

test('code that throws even at the failure does no more than that', () => {
  const { inner, seen } = setUp({ onData: explode, onFailure: explode });
  expect(() => inner.onData(Buffer.from('x'))).not.toThrow();
  expect(seen).toEqual(['logged boom', 'cancelled', 'logged boom']);
});

test('a call that throws fails its own request, after it was made', async () => {
  const told: string[] = [];
  const throwing = guardUpstream({ close: async () => {}, dispatch: explode }, () => void told.push('logged'));
  const onFailure = ({ code }: { code: string }) => void told.push(code);
  throwing.dispatch({} as UpstreamRequest, { onHead: () => {}, onData: () => {}, onEnd: () => {}, onFailure });
  expect(told).toEqual(['logged']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['logged', 'internal_error']);
});
