import { TOKENS } from './faults.ts';

type Choice = {
  readonly finish_reason: string | null;
  readonly message?: { readonly content: string | null };
  readonly delta?: { readonly content?: string | null };
};
type Said = { readonly choices?: readonly Choice[] };

const EVENT = 'data: ';
const DONE = '[DONE]';

/**
 * Whether a client has a whole answer: of success, with all the words and an end that the provider meant. A stream that another provider went on
 * with may have more words.
 */
export function isWhole(status: number, body: string, isStream: boolean): boolean {
  if (status !== 200) return false;
  const said = isStream ? eventsOf(body) : [body];
  if (isStream && said.pop() !== DONE) return false;
  const choices = said.flatMap(choicesOf);
  const text = choices.map(({ message, delta }) => message?.content ?? delta?.content ?? '').join('');
  const words = text.split(' ').filter((word) => word !== '');
  return words.length >= TOKENS && choices.at(-1)?.finish_reason === 'stop';
}

const eventsOf = (body: string): string[] =>
  body
    .split('\n')
    .filter((line) => line.startsWith(EVENT))
    .map((line) => line.slice(EVENT.length));

/** None of what is not JSON. */
function choicesOf(json: string): readonly Choice[] {
  try {
    return (JSON.parse(json) as Said).choices ?? [];
  } catch {
    return [];
  }
}
