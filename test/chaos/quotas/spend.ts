import { setTimeout as sleep } from 'node:timers/promises';
import { chatRequestBytes } from '../load/chat-request.ts';
import { type Connection, openConnection } from '../load/connection.ts';
import { type Outcome, toOutcome } from '../load/exchange.ts';

export type Spending = {
  /** Each client asks one of these, in turn. */
  readonly gatewayUrls: readonly string[];
  readonly secret: string;
  readonly model: string;
  readonly stream: boolean;
  readonly clients: number;
  /** A client stops once it was refused so often in a row, ... */
  readonly refusalsMax: number;
  /** ... and all of them together had so many answers, or this took too long. */
  readonly answersMin?: number;
  readonly more?: object;
  readonly onOutcome?: (outcome: Outcome) => void;
};

const RECONNECT_MS = 20;
const TRY_AGAIN_MS = 20;
const PATIENCE_MS = 30_000;

/** Many clients at once spend what there is, each one request after the other, until nothing is left for them. */
export async function spend(spending: Spending): Promise<readonly Outcome[]> {
  const { gatewayUrls, clients } = spending;
  const outcomes: Outcome[] = [];
  const lanes = Array.from({ length: clients }, (_, index) =>
    spendAlone(gatewayUrls[index % gatewayUrls.length] ?? '', spending, outcomes),
  );
  await Promise.all(lanes);
  return outcomes;
}

async function spendAlone(url: string, spending: Spending, outcomes: Outcome[]): Promise<void> {
  const { secret, model, stream, refusalsMax, answersMin = 0, more, onOutcome } = spending;
  const request = chatRequestBytes(secret, model, stream, more);
  const patientUntil = Date.now() + PATIENCE_MS;
  const isWaitedFor = () =>
    Date.now() < patientUntil && outcomes.filter(({ type }) => type === 'answered').length < answersMin;
  let connection: Connection | undefined;
  for (let refusals = 0; refusals < refusalsMax || isWaitedFor(); ) {
    if (!connection?.isOpen()) connection = await openConnection(url);
    if (connection === undefined) {
      await sleep(RECONNECT_MS);
      continue;
    }
    const outcome = toOutcome(await connection.exchange(request));
    outcomes.push(outcome);
    onOutcome?.(outcome);
    refusals = outcome.type === 'refused' ? refusals + 1 : 0;
    if (outcome.type === 'refused') await sleep(TRY_AGAIN_MS);
  }
  connection?.close();
}
