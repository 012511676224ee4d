/** What a piece of a stream has to hold for its frames to need a closer look; `"` is always escaped within JSON text. */
const TELLING = Object.freeze(['"error"', '[DONE]', '"finish_reason":"', '"finish_reason": "', '\r']);

/**
 * Counts the frames in a piece of a stream, if they are whole and all of them plain: one line of JSON with `choices`, with
 * nothing in it that the gateway reads or hides. Else it is -1, and each frame has to be looked at by itself.
 * The text is the bytes as Latin-1: all that is looked for is ASCII.
 */
export function countPlainFrames(text: string, isUsageShown: boolean): number {
  for (const mark of TELLING) if (text.includes(mark)) return -1;
  if (saysUsage(text, isUsageShown)) return -1;
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

/** `"usage":null`, which OpenAI puts in each chunk once usage is asked for, says nothing, but is to be hidden as well. */
function saysUsage(text: string, isUsageShown: boolean): boolean {
  for (let at = text.indexOf('"usage"'); at !== -1; at = text.indexOf('"usage"', at + 7)) {
    if (!isUsageShown || !text.startsWith(':null', at + 7)) return true;
  }
  return false;
}
