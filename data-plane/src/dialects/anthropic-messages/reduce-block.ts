import { isRecord, type JsonRecord, stringOr } from '../json/json-value.ts';
import { NO_BLOCK, type OpenBlock, type Piece, type Step, type StreamState } from './stream-state.ts';

/** Thinking longer than this is told, but not kept to be told once more with its signature. */
const THINKING_CHARS_MAX = 1024 * 1024;

const NO_PIECES: readonly Piece[] = Object.freeze([]);

export function startBlock(state: StreamState, block: JsonRecord): Step {
  switch (block['type']) {
    case 'text':
      return [{ ...state, block: { kind: 'text' } }, textPieces('content', block['text'])];
    case 'thinking':
      return startThinking(state, block);
    case 'redacted_thinking':
      return [{ ...state, block: NO_BLOCK }, [thinkingBlock(block)]];
    case 'tool_use':
      return startTool(state, block);
    default:
      return [{ ...state, block: NO_BLOCK }, NO_PIECES];
  }
}

function startThinking(state: StreamState, block: JsonRecord): Step {
  const thinking = stringOr(block['thinking'], '');
  const told = textPieces('reasoning_content', thinking);
  const signed =
    typeof block['signature'] === 'string' && block['signature'] !== '' ? [thinkingBlock(block)] : NO_PIECES;
  return [{ ...state, block: { kind: 'thinking', thinking } }, [...told, ...signed]];
}

/** Tool calls count from zero over the client's tools alone, whatever other blocks stand between them. */
function startTool(state: StreamState, block: JsonRecord): Step {
  const toolIndex = state.toolCalls;
  const input =
    isRecord(block['input']) && Object.keys(block['input']).length > 0 ? JSON.stringify(block['input']) : '';
  const call = { name: stringOr(block['name'], ''), arguments: input };
  const piece = toolPiece({ index: toolIndex, id: stringOr(block['id'], ''), type: 'function', function: call });
  const open: OpenBlock = { kind: 'tool', toolIndex, hasArguments: input !== '' };
  return [{ ...state, block: open, toolCalls: toolIndex + 1 }, [piece]];
}

export function takeDelta(state: StreamState, delta: JsonRecord): Step {
  switch (delta['type']) {
    case 'text_delta':
      return [state, textPieces('content', delta['text'])];
    case 'thinking_delta':
      return takeThinking(state, stringOr(delta['thinking'], ''));
    case 'signature_delta':
      return takeSignature(state, delta['signature']);
    case 'input_json_delta':
      return takeArguments(state, stringOr(delta['partial_json'], ''));
    default:
      return [state, NO_PIECES];
  }
}

function takeThinking(state: StreamState, text: string): Step {
  const { block } = state;
  const isKept = block.kind === 'thinking' && block.thinking.length + text.length <= THINKING_CHARS_MAX;
  const open: OpenBlock = isKept ? { kind: 'thinking', thinking: block.thinking + text } : NO_BLOCK;
  return [{ ...state, block: open }, textPieces('reasoning_content', text)];
}

function takeSignature(state: StreamState, signature: unknown): Step {
  const { block } = state;
  if (block.kind !== 'thinking' || typeof signature !== 'string' || signature === '') return [state, NO_PIECES];
  return [state, [thinkingBlock({ type: 'thinking', thinking: block.thinking, signature })]];
}

function takeArguments(state: StreamState, text: string): Step {
  const { block } = state;
  if (block.kind !== 'tool' || text === '') return [state, NO_PIECES];
  const piece = toolPiece({ index: block.toolIndex, function: { arguments: text } });
  return [block.hasArguments ? state : { ...state, block: { ...block, hasArguments: true } }, [piece]];
}

/** A call without arguments is a call with an empty object: what OpenAI's clients parse must be JSON. */
export function stopBlock(state: StreamState): Step {
  const { block } = state;
  const isBare = block.kind === 'tool' && !block.hasArguments;
  const pieces = isBare ? [toolPiece({ index: block.toolIndex, function: { arguments: '{}' } })] : NO_PIECES;
  return [{ ...state, block: NO_BLOCK }, pieces];
}

function textPieces(field: 'content' | 'reasoning_content', text: unknown): readonly Piece[] {
  return typeof text === 'string' && text !== '' ? [{ kind: 'delta', delta: { [field]: text } }] : NO_PIECES;
}

function toolPiece(call: JsonRecord): Piece {
  return { kind: 'delta', delta: { tool_calls: [call] } };
}

function thinkingBlock(block: JsonRecord): Piece {
  return { kind: 'delta', delta: { thinking_blocks: [block] } };
}
