import type { OpenAiErrorBody } from '@tollgate/schema';
import { cleanErrorText } from '../error-text.ts';
import { isRecord, type JsonRecord, parseJson, stringOr } from '../json/json-value.ts';

/** Longer bodies of errors are not parsed; only their beginning is looked at. */
const BODY_BYTES_MAX = 64 * 1024;
const NAME_CHARS_MAX = 200;

/**
 * Brings any provider's error answer to OpenAI's shape: OpenAI's own, `{error: "text"}`, `{message}`, `{detail}`, a list of
 * these, plain text, HTML, or nothing. Message bounded and cleaned of credentials.
 */
export function decodeError(status: number, body: Buffer): OpenAiErrorBody {
  const text = body.toString('utf8', 0, Math.min(body.length, BODY_BYTES_MAX));
  return toErrorBody(parseJson(text), { text, status });
}

/** The same for an error that came as JSON within a stream. */
export function decodeErrorValue(value: unknown): OpenAiErrorBody {
  return toErrorBody(value, { text: '', status: undefined });
}

type Origin = { readonly text: string; readonly status: number | undefined };

function toErrorBody(value: unknown, origin: Origin): OpenAiErrorBody {
  const outer = Array.isArray(value) ? value[0] : value;
  const error = isRecord(outer) && outer['error'] !== undefined ? outer['error'] : outer;
  const fields = isRecord(error) ? error : {};
  const message = cleanErrorText(findMessage(error) ?? findMessage(outer) ?? plainText(value, origin.text));
  return {
    error: {
      message: message === '' ? withoutMessage(origin.status) : message,
      type: nameOf(fields['type']) ?? 'upstream_error',
      param: nameOf(fields['param']) ?? null,
      code: nameOf(fields['code']) ?? null,
    },
  };
}

function findMessage(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  if (!isRecord(error)) return undefined;
  const { message, detail, msg, error: nested } = error as JsonRecord & Readonly<Record<string, unknown>>;
  return textOf(message) ?? textOf(detail) ?? textOf(msg) ?? textOf(nested);
}

/** Text as it stands, or FastAPI's list of mistakes (`[{loc, msg}]`) in one line. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (isRecord(value)) return stringOr(value['message'] ?? value['msg'], undefined);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const texts = value.slice(0, 20).map((item) => stringOr(item, undefined) ?? (isRecord(item) ? withPath(item) : ''));
  return texts.filter((text) => text !== '').join('; ');
}

function withPath({ loc, msg, message }: JsonRecord): string {
  const text = stringOr(msg ?? message, '');
  return Array.isArray(loc) && text !== '' ? `${loc.join('.')}: ${text}` : text;
}

/** A body of plain text is a message; a page of HTML, or JSON without a message, is not. */
function plainText(value: unknown, text: string): string {
  return value === undefined && !text.trimStart().startsWith('<') && !text.trimStart().startsWith('{') ? text : '';
}

function withoutMessage(status: number | undefined): string {
  return status === undefined
    ? 'The provider reported an error without a message.'
    : `The provider answered with status ${status} and no message.`;
}

function nameOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? cleanErrorText(value, NAME_CHARS_MAX) : undefined;
}
