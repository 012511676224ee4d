import type { Dialect } from '../dialect.ts';
import { decodeAnswer } from './answer.ts';
import { decodeError } from './error.ts';
import { encodeRequest } from './request.ts';
import { openStream } from './stream.ts';

/** OpenAI's chat completions, and whoever speaks them: bytes pass through, usage and ends are read on the way. */
export const openaiChat: Dialect = Object.freeze({ encodeRequest, decodeAnswer, decodeError, openStream });
