import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createTerminal } from './terminal.ts';

function given(isTTY: boolean, environment: Record<string, string> = {}) {
  const stream = () => Object.assign(new PassThrough(), { isTTY });
  const [input, output, errors] = [stream(), stream(), stream()];
  const terminal = createTerminal({ input, output, errors }, environment);
  return { terminal, said: () => String(errors.read() ?? '') };
}

it('shows how far long work is on a terminal alone, in a line that is taken away again', () => {
  const [seen, unseen] = [given(true), given(false)];
  for (const { terminal } of [seen, unseen]) {
    terminal.progress('500 entities …');
    terminal.progress('');
  }
  expect(seen.said()).toBe('\r\u001b[K500 entities …\r\u001b[K');
  expect(unseen.said()).toBe('');
});

it('uses colours on a terminal alone, and none where nobody wants them', () => {
  const red = (...given_: Parameters<typeof given>) => given(...given_).terminal.colours.red('x');
  expect(red(true)).toBe('\u001b[31mx\u001b[39m');
  for (const plain of [red(false), red(true, { NO_COLOR: '1' }), red(true, { TERM: 'dumb' })]) expect(plain).toBe('x');
});
