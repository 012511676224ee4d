import type { GatewayError, TokenUsage } from '@tollgate/schema';
import type { ChatRequest } from '../../chat/chat-request.ts';
import type { ChatStream, StreamProgress } from '../dialect.ts';
import { createSseFramer } from '../sse/sse-framer.ts';
import { DONE_FRAME, FRAME_BYTES_MAX, notItsFormat, type StreamFailure } from '../stream-failure.ts';
import { countPlainFrames, hideNullUsage } from './plain-frames.ts';
import { readFrame } from './read-frame.ts';

const NOTHING = Buffer.alloc(0);
const BLANK_LINES = Buffer.from('\n\n');

/**
 * Passes an OpenAI stream on. A chunk of whole plain frames is returned as the very same buffer; else frame by frame, again as
 * the same bytes but for usage, which a client that did not ask for it does not see. How the bytes are cut changes nothing
 * in the output. JSON is checked only in frames that are read: a plain frame that is broken within goes through as it is.
 * `contentEvents` counts the frames with `choices`, the first one with the role among them.
 */
export function openStream({ includeUsage }: ChatRequest): ChatStream {
  const framer = createSseFramer({ frameBytesMax: FRAME_BYTES_MAX });
  let usage: TokenUsage | undefined;
  let failure: GatewayError | undefined;
  let contentEvents = 0;
  let hasFinishReason = false;
  let isFinished = false;

  function fail({ failure: error, frame }: StreamFailure): Buffer {
    failure = error;
    return Buffer.from(frame);
  }

  /** The bytes for the client if all in `bytes` are plain frames; `undefined` if they have to be looked at one by one. */
  function passPlain(bytes: Buffer): Buffer | undefined {
    const text = bytes.toString('latin1');
    const frames = countPlainFrames(text);
    if (frames === -1) return undefined;
    const output = includeUsage ? bytes : hideNullUsage(bytes, text);
    if (output !== undefined) contentEvents += frames;
    return output;
  }

  function passFrame(frame: Buffer): Buffer {
    const plain = passPlain(frame);
    if (plain !== undefined) return plain;
    const read = readFrame(frame, includeUsage);
    switch (read.kind) {
      case 'silent':
        return read.bytes;
      case 'done':
        isFinished = true;
        return read.bytes;
      case 'failure':
        return fail(read.cause);
      case 'chunk':
        usage = read.usage ?? usage;
        hasFinishReason ||= read.hasFinishReason;
        if (read.hasChoices) contentEvents += 1;
        return read.bytes;
      default:
        return read satisfies never;
    }
  }

  function passFrames(chunk: Buffer): Buffer {
    const { frames, isTooLarge } = framer.push(chunk);
    const output: Buffer[] = [];
    for (const frame of frames) {
      if (isFinished || failure !== undefined) break;
      output.push(passFrame(frame));
    }
    if (isTooLarge && !isFinished && failure === undefined)
      output.push(fail(notItsFormat('holds an event of more than 1 MiB')));
    return output.length === 1 ? (output[0] ?? NOTHING) : Buffer.concat(output);
  }

  return {
    push(chunk) {
      if (isFinished || failure !== undefined) return NOTHING;
      const canBePlain = framer.isBetweenFrames() && chunk.length <= FRAME_BYTES_MAX;
      return (canBePlain ? passPlain(chunk) : undefined) ?? passFrames(chunk);
    },
    end() {
      if (isFinished || failure !== undefined) return NOTHING;
      const rest = framer.rest();
      // Some providers end their body without the last blank line; what is cut off within a frame stays unsaid.
      const last = isWhole(rest) ? passFrame(Buffer.concat([rest, BLANK_LINES])) : NOTHING;
      if (isFinished || failure !== undefined || !hasFinishReason) return last;
      isFinished = true;
      return Buffer.concat([last, Buffer.from(DONE_FRAME)]);
    },
    progress: (): StreamProgress => ({ usage, contentEvents, isFinished, failure }),
  };
}

/** Whether the last bytes of a stream are an event that lacks only its blank line. */
function isWhole(rest: Buffer): boolean {
  if (rest.length === 0) return false;
  const read = readFrame(rest, true);
  return (
    read.kind === 'done' ||
    read.kind === 'chunk' ||
    (read.kind === 'failure' && read.cause.failure.code === 'upstream_error')
  );
}
