import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import pico from 'picocolors';

export type Colours = ReturnType<typeof pico.createColors>;

/** Where a command speaks: results on the standard output, everything else on the error output. */
export type Terminal = {
  readonly colours: Colours;
  /** Whether someone is there to answer a question. */
  readonly isInteractive: boolean;
  print(text: string): void;
  complain(text: string): void;
  /** Shows how far long work is, in one line of the error output that the next one replaces; empty takes it away. */
  progress(text: string): void;
  /** Asks on the error output, and gives the line that was typed; empty if the input ended. */
  ask(question: string): Promise<string>;
};

export type Environment = Readonly<Record<string, string | undefined>>;

type Streams = {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly errors: Writable & { readonly isTTY?: boolean };
};

/** To the start of the line, and away with what stands in it (ECMA-48). */
const CLEAR_LINE = '\r\u001b[K';

/** Colours are used if the output is a terminal and `NO_COLOR` (https://no-color.org) is unset or empty. */
export function createTerminal({ input, output, errors }: Streams, environment: Environment): Terminal {
  const isColoured = output.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  return {
    colours: pico.createColors(isColoured),
    isInteractive: input.isTTY === true,
    print: (text) => void output.write(`${text}\n`),
    complain: (text) => void errors.write(`${text}\n`),
    progress: (text) => {
      if (errors.isTTY === true) errors.write(`${CLEAR_LINE}${text}`);
    },
    ask: (question) => {
      const lines = createInterface({ input, output: errors });
      return new Promise((resolve) => {
        lines.once('close', () => resolve(''));
        lines.question(question, (answer) => {
          resolve(answer);
          lines.close();
        });
      });
    },
  };
}

/** Does long work, says so meanwhile, and leaves no trace of that, whatever comes of it. */
export async function whileShowing<Result>(
  { progress }: Pick<Terminal, 'progress'>,
  text: string,
  work: () => Promise<Result>,
): Promise<Result> {
  progress(text);
  try {
    return await work();
  } finally {
    progress('');
  }
}
