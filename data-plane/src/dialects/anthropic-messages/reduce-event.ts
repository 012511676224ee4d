import { isRecord, type JsonRecord, recordOrEmpty, stringOr } from '../json/json-value.ts';
import { toRefusal } from './answer.ts';
import { toFinishReason } from './finish-reason.ts';
import { startBlock, stopBlock, takeDelta } from './reduce-block.ts';
import { NO_BLOCK, type Piece, type Step, type StreamState } from './stream-state.ts';
import { mergeUsage } from './usage.ts';

const NO_PIECES: readonly Piece[] = Object.freeze([]);

/**
 * One event of Anthropic's stream: what the stream is now, and what there is to tell the client. Events of other types (`ping`,
 * and what is yet to come) change nothing. An `error` event is the caller's.
 */
export function reduceEvent(state: StreamState, event: JsonRecord): Step {
  if (state.isFinished) return [state, NO_PIECES];
  switch (event['type']) {
    case 'message_start':
      return startMessage(state, recordOrEmpty(event['message']));
    case 'content_block_start':
      return startBlock(state, recordOrEmpty(event['content_block']));
    case 'content_block_delta':
      return takeDelta({ ...state, contentEvents: state.contentEvents + 1 }, recordOrEmpty(event['delta']));
    case 'content_block_stop':
      return stopBlock(state);
    case 'message_delta':
      return [noteStop(state, event), NO_PIECES];
    case 'message_stop':
      return finish(state);
    default:
      return [state, NO_PIECES];
  }
}

/**
 * A second start within one stream was seen: repeated as it is, or because the provider began anew. What was told cannot be taken
 * back, so the client's stream goes on under its first id, without a second role.
 */
function startMessage(state: StreamState, message: JsonRecord): Step {
  const usage = mergeUsage(state.usage, message['usage']);
  const started: StreamState = { ...state, usage, block: NO_BLOCK, hasStarted: true };
  if (state.hasStarted) return [started, NO_PIECES];
  const named = { ...started, id: stringOr(message['id'], ''), model: stringOr(message['model'], '') };
  const role: Piece = { kind: 'delta', delta: { role: 'assistant', content: '' } };
  const content = Array.isArray(message['content']) ? message['content'].filter(isRecord) : [];
  return content.reduce<Step>(addWholeBlock, [named, [role]]);
}

/** A message may start with blocks that are already whole. */
function addWholeBlock([state, pieces]: Step, block: JsonRecord): Step {
  const [started, first] = startBlock(state, block);
  const [stopped, last] = stopBlock(started);
  return [stopped, [...pieces, ...first, ...last]];
}

function noteStop(state: StreamState, event: JsonRecord): StreamState {
  const delta = recordOrEmpty(event['delta']);
  const stop = typeof delta['stop_reason'] === 'string' ? delta : state.stop;
  const hasTotals = state.hasTotals || isRecord(event['usage']);
  return { ...state, stop, hasTotals, usage: mergeUsage(state.usage, event['usage']) };
}

/** The last words of a stream: `message_stop`, or its end after a stop reason. */
export function finish(state: StreamState): Step {
  const refusal = state.stop === undefined ? null : toRefusal(state.stop);
  const explained: readonly Piece[] = refusal === null ? NO_PIECES : [{ kind: 'delta', delta: { refusal } }];
  const reason = toFinishReason(state.stop?.['stop_reason'], state.toolCalls > 0);
  return [{ ...state, isFinished: true }, [...explained, { kind: 'finish', reason }]];
}
