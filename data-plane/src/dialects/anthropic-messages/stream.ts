import type { GatewayError } from '@tollgate/schema';
import type { ChatRequest } from '../../chat/chat-request.ts';
import type { ChatStream, StreamProgress } from '../dialect.ts';
import { isRecord, parseJson } from '../json/json-value.ts';
import { toOpenAiUsage } from '../openai-chat/usage.ts';
import { parseSseFrame } from '../sse/parse-sse-frame.ts';
import { createSseFramer } from '../sse/sse-framer.ts';
import {
  brokenOff,
  DONE_FRAME,
  FRAME_BYTES_MAX,
  notItsFormat,
  type StreamFailure,
  toFrame,
} from '../stream-failure.ts';
import { decodeErrorEvent } from './error.ts';
import { finish, reduceEvent } from './reduce-event.ts';
import { type Piece, STREAM_START, type Step, type StreamState } from './stream-state.ts';
import { toTokenUsage } from './usage.ts';

const NOTHING = Buffer.alloc(0);

/** Translates Anthropic's events to OpenAI's chunks, as they come; nothing is held but an event that is not yet whole. */
export function openStream({ includeUsage }: ChatRequest, createdSeconds: number): ChatStream {
  const framer = createSseFramer({ frameBytesMax: FRAME_BYTES_MAX });
  let state: StreamState = STREAM_START;
  let failure: GatewayError | undefined;

  function fail({ failure: error, frame }: StreamFailure): string {
    failure = error;
    return frame;
  }

  function write([next, pieces]: Step): string {
    const isEnd = next.isFinished && !state.isFinished;
    state = next;
    let text = '';
    for (const piece of pieces) text += toFrame(toChunk(state, piece, createdSeconds));
    return isEnd ? text + usageFrame() + DONE_FRAME : text;
  }

  function usageFrame(): string {
    const usage = includeUsage ? toTokenUsage(state.usage) : undefined;
    return usage === undefined
      ? ''
      : toFrame({ ...envelope(state, createdSeconds), choices: [], usage: toOpenAiUsage(usage) });
  }

  function readFrame(frame: Buffer): string {
    const { data } = parseSseFrame(frame);
    if (data === '') return '';
    const event = parseJson(data);
    if (!isRecord(event)) return fail(notItsFormat('holds an event that is not a JSON object'));
    return event['type'] === 'error' ? fail(brokenOff(decodeErrorEvent(data))) : write(reduceEvent(state, event));
  }

  return {
    push(chunk) {
      if (state.isFinished || failure !== undefined) return NOTHING;
      const { frames, isTooLarge } = framer.push(chunk);
      let text = '';
      for (const frame of frames) if (!state.isFinished && failure === undefined) text += readFrame(frame);
      if (isTooLarge && !state.isFinished && failure === undefined)
        text += fail(notItsFormat('holds an event of more than 1 MiB'));
      return text === '' ? NOTHING : Buffer.from(text);
    },
    end() {
      if (state.isFinished || failure !== undefined) return NOTHING;
      const rest = framer.rest();
      const isWhole = isRecord(parseJson(parseSseFrame(rest).data));
      const last = isWhole ? readFrame(rest) : '';
      const isOver = state.isFinished || failure !== undefined || state.stop === undefined;
      return Buffer.from(isOver ? last : last + write(finish(state)));
    },
    progress: (): StreamProgress => ({
      usage: state.hasTotals || state.isFinished ? toTokenUsage(state.usage) : undefined,
      contentEvents: state.contentEvents,
      isFinished: state.isFinished,
      failure,
    }),
  };
}

function envelope({ id, model }: StreamState, created: number): object {
  return { id, object: 'chat.completion.chunk', created, model };
}

function toChunk(state: StreamState, piece: Piece, created: number): object {
  const isFinish = piece.kind === 'finish';
  const choice = { index: 0, delta: isFinish ? {} : piece.delta, finish_reason: isFinish ? piece.reason : null };
  return { ...envelope(state, created), choices: [choice] };
}
