/**
 * The stub provider as a process of its own: answers `POST /v1/chat/completions`, whole or as a paced stream, and prints
 * `{"port":…}` once it listens. It must be far quicker than what it stands behind, hence uWebSockets.js and no JSON parsing.
 */

import type { HttpResponse } from 'uWebSockets.js';
import uws from 'uWebSockets.js';
import { CHUNK_INTERVAL_MS, CHUNKS_PER_STREAM, closingEvents, completionAnswer, streamEvent } from './answers.ts';
import { createPacer } from './pacer.ts';

const HOST = '127.0.0.1';
/** Bound of a request's body; what is longer is refused by closing the connection. */
const MAX_BODY_BYTES = 1024 * 1024;

function nowUs(): number {
  return Math.round(Number(process.hrtime.bigint()) / 1000);
}

/**
 * One timer for all streams, running only while there are any. It is set anew after each turn rather than repeated, because
 * Node would repeat it without looking at the sockets whenever a turn takes longer than the interval.
 */
function createStreamClock() {
  const pacer = createPacer(CHUNK_INTERVAL_MS);
  let isRunning = false;

  function turn(): void {
    pacer.advance(performance.now());
    isRunning = pacer.size() > 0;
    if (isRunning) setTimeout(turn, 1);
  }

  return {
    join(onTurn: () => boolean): void {
      pacer.join(performance.now(), onTurn);
      if (isRunning) return;
      isRunning = true;
      setTimeout(turn, 1);
    },
  };
}

function createUpstream() {
  const answer = completionAnswer();
  const clock = createStreamClock();

  function startStream(response: HttpResponse, includeUsage: boolean, isGone: () => boolean): void {
    let sent = 0;
    const sendNext = (): boolean => {
      if (isGone()) return false;
      response.cork(() => {
        const event = streamEvent(sent, nowUs());
        sent += 1;
        if (sent < CHUNKS_PER_STREAM) response.write(event);
        else response.end(event + closingEvents(includeUsage));
      });
      return sent < CHUNKS_PER_STREAM;
    };
    response.cork(() => response.writeHeader('content-type', 'text/event-stream; charset=utf-8'));
    if (sendNext()) clock.join(sendNext);
  }

  function answerRequest(response: HttpResponse, body: string, isGone: () => boolean): void {
    if (/"stream"\s*:\s*true/.test(body)) {
      startStream(response, /"include_usage"\s*:\s*true/.test(body), isGone);
      return;
    }
    response.cork(() => {
      response.writeHeader('content-type', 'application/json').end(answer);
    });
  }

  return uws.App().post('/v1/chat/completions', (response) => {
    let gone = false;
    let body = '';
    response.onAborted(() => {
      gone = true;
    });
    response.onData((part, isLast) => {
      body += Buffer.from(part).toString('latin1');
      if (body.length > MAX_BODY_BYTES) response.close();
      else if (isLast) answerRequest(response, body, () => gone);
    });
  });
}

function main(): void {
  createUpstream().listen(HOST, 0, (socket) => {
    if (socket === false) throw new Error(`the stub provider could not listen on ${HOST}`);
    process.stdout.write(`${JSON.stringify({ port: uws.us_socket_local_port(socket) })}\n`);
  });
  process.on('SIGTERM', () => process.exit(0));
}

main();
