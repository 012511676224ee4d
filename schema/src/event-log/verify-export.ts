import { z } from 'zod';
import { createLogVerifier, type KnownHash, type LogProblem } from './log-verifier.ts';
import { EVENT_LOG_VERSION, type EventLogTail, eventLogHead, eventLogTail, loggedEvent } from './logged-event.ts';

export type ExportVerdict =
  | { readonly ok: true; readonly events: number; readonly head: string }
  /** `position` is that of the first broken event, `line` the line of the file, counted from 1. */
  | {
      readonly ok: false;
      readonly problem: LogProblem | 'malformed';
      readonly position: number;
      readonly line: number;
      readonly message: string;
    };

/** Takes an export line by line, so that none is too long for it. */
export type ExportVerifier = {
  push(line: string): void;
  /** What became of it, once all lines were pushed. */
  verdict(): ExportVerdict;
};

/**
 * Verifies an export of the event log offline, and names the first event that is broken.
 * @param known hashes that were written down elsewhere, such as those of revisions; without them nobody can tell that the
 *   whole log was written anew, or that its end was cut off together with the last line
 */
export function createExportVerifier(known: readonly KnownHash[] = []): ExportVerifier {
  const verifier = createLogVerifier(known);
  let [lines, events] = [0, 0];
  let tail: EventLogTail | undefined;
  /** Where the first thing is that is wrong. */
  let broken: { readonly line: number; readonly malformed?: Malformed } | undefined;

  function pushEvent(value: unknown): void {
    const parsed = loggedEvent.safeParse(value);
    if (!parsed.success) return refuse(`event ${events + 1} cannot be read: ${describe(value, parsed.error)}`);
    events += 1;
    if (!verifier.push(parsed.data)) broken ??= { line: lines };
  }

  function refuse(message: string): void {
    broken ??= { line: lines, malformed: { position: events + 1, message } };
  }

  return {
    push(line) {
      lines += 1;
      if (line === '' && tail) return;
      const value = parseJson(line);
      const end = eventLogTail.safeParse(value);
      if (tail) refuse('something follows the last line');
      else if (lines === 1) {
        if (!eventLogHead.safeParse(value).success) refuse(`an export begins with ${JSON.stringify(HEAD)}`);
      } else if (end.success) tail = end.data;
      else pushEvent(value);
    },
    verdict() {
      const verdict = verifier.verdict();
      const line = broken?.line ?? lines;
      if (broken?.malformed) return { ok: false, problem: 'malformed', line, ...broken.malformed };
      if (!verdict.ok) return explain(verdict, line);
      const isWhole = tail?.events === verdict.events && tail.head === verdict.head;
      return isWhole ? verdict : explain({ position: verdict.events + 1, problem: 'truncated' }, line);
    },
  };
}

const HEAD = { tollgateEventLog: EVENT_LOG_VERSION };

type Malformed = { readonly position: number; readonly message: string };

type Place = { readonly position: number; readonly problem: LogProblem };

const explain = ({ position, problem }: Place, line: number): ExportVerdict => ({
  ok: false,
  problem,
  position,
  line,
  message: messageFor(problem, position),
});

function messageFor(problem: LogProblem, position: number): string {
  switch (problem) {
    case 'changed':
      return `event ${position} was changed: it does not match its hash`;
    case 'missing':
      return `event ${position} is missing`;
    case 'reordered':
      return `event ${position} is not in its place`;
    case 'truncated':
      return `the log is cut off: event ${position} and all that follows is missing, or the last line is`;
    case 'rewritten':
      return `event ${position} does not have the hash that is known: the log was written anew up to it`;
    default:
      return problem satisfies never;
  }
}

const describe = (value: unknown, error: z.ZodError): string =>
  value === undefined ? 'the line is not JSON' : z.prettifyError(error);

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
