import type { TokenUsage } from '@tollgate/schema';
import { isRecord, type JsonRecord, parseJson, recordOrEmpty } from '../json/json-value.ts';
import { scanMembers } from '../json/scan-members.ts';
import { removeMembers, splice } from '../json/splice.ts';
import { parseSseFrame } from '../sse/parse-sse-frame.ts';
import { brokenOff, notItsFormat, type StreamFailure } from '../stream-failure.ts';
import { decodeErrorValue } from './error.ts';
import { toTokenUsage } from './usage.ts';

/** What one frame of an OpenAI stream means. `bytes` are those for the client, empty if the frame is not for it. */
export type ReadFrame =
  | { readonly kind: 'silent'; readonly bytes: Buffer }
  | { readonly kind: 'done'; readonly bytes: Buffer }
  | { readonly kind: 'failure'; readonly cause: StreamFailure }
  | {
      readonly kind: 'chunk';
      readonly bytes: Buffer;
      readonly hasChoices: boolean;
      readonly hasFinishReason: boolean;
      readonly usage: TokenUsage | undefined;
    };

const NOTHING = Buffer.alloc(0);

/** Reads a frame that is not plain. Usage is taken from it, and hidden unless `isUsageShown`. */
export function readFrame(frame: Buffer, isUsageShown: boolean): ReadFrame {
  const { data } = parseSseFrame(frame);
  if (data === '') return { kind: 'silent', bytes: frame };
  if (data.trimEnd() === '[DONE]') return { kind: 'done', bytes: frame };
  const value = parseJson(data);
  if (!isRecord(value)) return { kind: 'failure', cause: notItsFormat('holds an event that is not a JSON object') };
  if (value['error'] !== undefined && value['error'] !== null) {
    return { kind: 'failure', cause: brokenOff(decodeErrorValue(value)) };
  }
  return readChunk(frame, value, isUsageShown);
}

function readChunk(frame: Buffer, value: JsonRecord, isUsageShown: boolean): ReadFrame {
  const choices: readonly unknown[] = Array.isArray(value['choices']) ? value['choices'] : [];
  return {
    kind: 'chunk',
    bytes: isUsageShown || value['usage'] === undefined ? frame : withoutUsage(frame, value, choices),
    hasChoices: choices.length > 0,
    hasFinishReason: choices.some((choice) => isRecord(choice) && typeof choice['finish_reason'] === 'string'),
    // Groq repeats usage under its own name, and gives it only there if it was not asked for.
    usage: toTokenUsage(value['usage']) ?? toTokenUsage(recordOrEmpty(value['x_groq'])['usage']),
  };
}

/** A chunk with nothing but usage is dropped whole; of others only the member is taken out, the rest stays as it is written. */
function withoutUsage(frame: Buffer, value: JsonRecord, choices: readonly unknown[]): Buffer {
  if (choices.length === 0 && isRecord(value['usage'])) return NOTHING;
  const span = isOneLine(frame) ? scanMembers(frame, frame.indexOf('{')) : undefined;
  if (span !== undefined) return splice(frame, removeMembers(frame, span, 'usage'));
  return Buffer.from(`data: ${JSON.stringify({ ...value, usage: undefined })}\n\n`);
}

/** Whether the frame is one `data` line and the blank one, so that its JSON stands in it as it is. */
function isOneLine(frame: Buffer): boolean {
  const end = frame.indexOf(0x0a);
  return frame.toString('latin1', 0, 5) === 'data:' && end === frame.length - 2 && frame.indexOf(0x0d) === -1;
}
