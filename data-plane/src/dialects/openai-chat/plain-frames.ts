import { scanMembers } from '../json/scan-members.ts';
import { type Edit, removeMembers, splice } from '../json/splice.ts';

/**
 * What a piece of a stream has to hold for its frames to need a closer look. Within JSON text a `"` is always escaped, so
 * these are ends of keys or of whole strings. They leave out the first quote, which is on every corner: a search stops at each
 * place where its first character stands.
 */
const TELLING = Object.freeze(['\r', 'h_reason":"', 'h_reason": "', 'rror"']);
const USAGE = 'usage"';

/**
 * Counts the frames in a piece of a stream, if they are whole and all of them plain: one line of JSON with `choices` and with
 * nothing in it that the gateway reads. Else it is -1, and each frame has to be looked at by itself.
 * The text is the bytes as Latin-1, so that places in it are places in the bytes; all that is looked for is ASCII.
 */
export function countPlainFrames(text: string): number {
  for (const mark of TELLING) if (text.includes(mark)) return -1;
  if (saysUsage(text)) return -1;
  let frames = 0;
  for (let start = 0; start < text.length; frames += 1) {
    if (!text.startsWith('data: {', start)) return -1;
    const end = text.indexOf('\n', start);
    if (end === -1 || text[end + 1] !== '\n' || text[end - 1] !== '}') return -1;
    const choices = text.indexOf('"choices"', start);
    if (choices === -1 || choices > end) return -1;
    start = end + 2;
  }
  return frames;
}

/** `"usage":null`, which OpenAI puts in each chunk once usage is asked for, says nothing. */
function saysUsage(text: string): boolean {
  for (let at = text.indexOf(USAGE); at !== -1; at = text.indexOf(USAGE, at + USAGE.length)) {
    if (!text.startsWith(':null', at + USAGE.length)) return true;
  }
  return false;
}

/**
 * Takes `"usage":null` out of plain frames, for a client that did not ask for usage; the same buffer if it is in none.
 * `undefined` if a frame turns out not to be JSON.
 */
export function hideNullUsage(bytes: Buffer, text: string): Buffer | undefined {
  if (!text.includes(USAGE)) return bytes;
  const edits: Edit[] = [];
  for (let start = 0; start < text.length; start = text.indexOf('\n\n', start) + 2) {
    const span = scanMembers(bytes, start + 'data: '.length);
    if (span === undefined) return undefined;
    for (const edit of removeMembers(bytes, span, 'usage')) edits.push(edit);
  }
  return splice(bytes, edits);
}
