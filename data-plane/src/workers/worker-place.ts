import { mkdirSync } from 'node:fs';
import type { Keyring } from '@tollgate/schema';
import type { Logger } from 'pino';
import type { ConfigStore } from '../config/config-store.ts';
import { lockFolder } from '../folder-lock.ts';
import type { Place, Serving } from '../place.ts';
import { createRunMarks } from '../usage/run-marks.ts';
import type { ShipperListener } from '../usage/shipper.ts';
import { bootIdOf } from '../usage/spool-folder.ts';
import { createAcceptor } from './accept-connections.ts';
import type { SupervisorChannel } from './channel.ts';
import { createConfigFollower } from './config-follower.ts';
import type { Assignment, ConfigOrder, FromWorker, Question, Readiness, Standing, ToWorker } from './messages.ts';
import { createQuestions } from './questions.ts';
import { createRelayedLink } from './relayed-link.ts';

/** Counts are told this often, so that those of a worker that is killed are not lost. */
const TELL_COUNTS_MS = 1_000;
const ANSWER_TIMEOUT_MS = 5_000;

export type WorkerPlaceOptions = {
  readonly assignment: Assignment;
  readonly keyring: Keyring;
  readonly channel: SupervisorChannel;
  readonly log: Logger;
  /** The supervisor asks this worker to stop. */
  readonly onStop: () => void;
};

/** One of several processes of a node: port, link and disk copy are the supervisor's, the spool folder its own. */
export async function openWorkerPlace(options: WorkerPlaceOptions): Promise<Place> {
  const { assignment, keyring, channel, log, onStop } = options;
  const { nodeId, bootId, spoolFolder, url } = assignment;
  mkdirSync(spoolFolder, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(spoolFolder);
  const reader = createConfigFollower(assignment.configFolder, keyring, log);
  const relayed = createRelayedLink(channel.send);
  const questions = createQuestions(ANSWER_TIMEOUT_MS);
  let isPatient = false;
  let stopCounting = (): void => {};
  let close = (): void => {};
  let tellCounts = async (): Promise<void> => {};

  function receive(serving: Serving, message: ToWorker, handle: unknown, onAccepting: () => void): void {
    switch (message.type) {
      case 'load':
      case 'catch-up':
      case 'delta':
        return follow(serving.config, message);
      case 'accept':
        acceptor(serving)
          .accept(message.slot, handle)
          .then(() => {
            channel.send({ type: 'accepting', slot: message.slot });
            onAccepting();
          }, fail);
        return;
      case 'leave':
        return acceptor(serving).leave(message.slot);
      case 'link':
        return relayed.setConnected(message.isConnected);
      case 'grant':
      case 'recall':
        return relayed.receive(message);
      case 'segments':
        return serving.onSegments(message.bytes);
      case 'question':
        return void answer(serving, message.about)
          .catch(() => undefined)
          .then((value) => channel.send({ type: 'answer', id: message.id, value } satisfies FromWorker));
      case 'answer':
        return questions.answered(message.id, message.value);
      case 'stop':
        isPatient = message.isPatient;
        return onStop();
      default:
        return message satisfies never;
    }
  }

  /** Orders are followed one after the other, in the order in which they came. */
  let following = Promise.resolve();
  function follow(config: ConfigStore, order: ConfigOrder): void {
    following = following
      .then(() => reader.follow(config, order))
      .catch((error: unknown): Standing => ({ ok: false, reason: String(error) }))
      .then((standing) => void channel.send({ type: 'standing', standing }));
  }

  const acceptor = once((serving: Serving) => {
    const made = createAcceptor(serving.server.adopt, (error) => log.error({ error: String(error) }, 'a connection'));
    close = made.leaveAll;
    return made;
  });

  const fail = (error: unknown): never => {
    log.fatal({ error: String(error) }, 'cannot take connections');
    process.exit(1);
  };

  const ask = <Answer>(about: Question) => questions.ask<Answer>((id) => channel.send({ type: 'question', id, about }));

  return {
    nodeId,
    bootId,
    spoolFolder,
    disk: reader.disk,
    shipped: shipperListener(assignment, channel),
    link: () => relayed.link,
    open(serving) {
      tellCounts = createTeller(serving, channel);
      const timer = setInterval(() => void tellCounts(), TELL_COUNTS_MS).unref();
      stopCounting = () => clearInterval(timer);
      return new Promise((resolve) => {
        channel.onMessage((message, handle) => receive(serving, message, handle, () => resolve(url)));
      });
    },
    close: () => close(),
    isPatient: () => isPatient,
    async metricsText() {
      const text = await ask<string>('metrics');
      if (text === undefined) throw new Error('the supervisor does not answer');
      return text;
    },
    readiness: async () =>
      (await ask<Readiness>('readiness')) ?? { isReady: false, text: 'the supervisor does not answer' },
    async leave() {
      stopCounting();
      await tellCounts();
      unlock();
    },
  };
}

/** Tells when what others left was shipped, for nobody waits for a worker's own. */
function shipperListener({ runsFolder, bootId }: Assignment, channel: SupervisorChannel): ShipperListener {
  const marks = createRunMarks(runsFolder);
  let hadOthers = false;
  return {
    mark(segmentId, body) {
      if (bootIdOf(segmentId) !== bootId) hadOthers = true;
      return marks.mark(segmentId, body);
    },
    shipped() {
      if (hadOthers) channel.send({ type: 'shipped' });
      hadOthers = false;
    },
  };
}

async function answer({ metrics, unreadiness }: Serving, about: Question): Promise<unknown> {
  switch (about) {
    case 'metrics':
      return metrics.families();
    case 'readiness':
      return unreadiness() ?? null;
    default:
      return about satisfies never;
  }
}

/** Tells the counts if they are other than they were. */
function createTeller({ metrics }: Serving, channel: SupervisorChannel): () => Promise<void> {
  let told = '';
  return async () => {
    const families = await metrics.families({ isOwnOnly: true });
    const text = JSON.stringify(families);
    if (text === told) return;
    told = text;
    await channel.flushed({ type: 'counts', families });
  };
}

function once<Input, Output>(make: (input: Input) => Output): (input: Input) => Output {
  let made: { readonly output: Output } | undefined;
  return (input) => {
    made ??= { output: make(input) };
    return made.output;
  };
}
