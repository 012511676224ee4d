import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LeaseMessage } from '@tollgate/schema';
import type { MetricFamily } from '../metrics/metric-family.ts';
import type { LinkedWorker } from './holder-routes.ts';
import type { Answers, Assignment, ConfigOrder, FromWorker, Question, Standing, ToWorker } from './messages.ts';
import { createQuestions } from './questions.ts';
import type { SocketHandle } from './slot-sockets.ts';

const ANSWER_TIMEOUT_MS = 2_000;

/** A worker process, as its supervisor sees it. Every verb is harmless once the process is gone. */
export type Member = LinkedWorker & {
  readonly pid: number;
  /** Resolves with how it ended, in words, once all that it said was heard. */
  readonly exited: Promise<string>;
  /** @returns what it enforces then, or undefined if it is gone */
  order(order: ConfigOrder): Promise<Standing | undefined>;
  /** Lets it take connections from a slot's socket. @returns whether it does */
  accept(slot: number, handle: SocketHandle): Promise<boolean>;
  leave(slot: number): void;
  /** @returns undefined if it does not answer in time */
  ask<About extends Question>(about: About): Promise<Answers[About]['ofWorker'] | undefined>;
  /** Sealed segments were moved into its spool folder. */
  segments(bytes: number): void;
  /** Asks it to end in good order. */
  stop(options: { readonly isPatient: boolean }): void;
  kill(): void;
};

export type MemberListener = {
  onCounts(member: Member, families: readonly MetricFamily[]): void;
  onLease(message: LeaseMessage): void;
  onShipped(): void;
  /** @returns the answer to a question about the node */
  onQuestion(about: Question): Promise<unknown>;
};

/** Starts a worker process. */
export function startMember(assignment: Assignment, listener: MemberListener): Member {
  const child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), [JSON.stringify(assignment)]);
  const questions = createQuestions(ANSWER_TIMEOUT_MS);
  /** Who waits for the worker's standing; orders are answered in their order. */
  const standings: ((standing: Standing | undefined) => void)[] = [];
  const accepting = new Map<number, (isAccepting: boolean) => void>();
  let isGone = false;

  const exited = untilExit(child).then((how) => {
    isGone = true;
    for (const resolve of standings.splice(0)) resolve(undefined);
    for (const resolve of accepting.values()) resolve(false);
    return how;
  });

  function send(message: ToWorker, handle?: SocketHandle): void {
    // That a worker ended before it took a message is seen by its end.
    if (child.connected) child.send(message, handle as Parameters<ChildProcess['send']>[1], () => {});
  }

  const member: Member = {
    pid: child.pid ?? 0,
    bootId: assignment.bootId,
    exited,
    order: (order) =>
      new Promise((resolve) => {
        if (isGone) return resolve(undefined);
        standings.push(resolve);
        send(order);
      }),
    accept: (slot, handle) =>
      new Promise((resolve) => {
        if (isGone) return resolve(false);
        accepting.set(slot, resolve);
        send({ type: 'accept', slot }, handle);
      }),
    leave: (slot) => send({ type: 'leave', slot }),
    ask: (about) => questions.ask((id) => send({ type: 'question', id, about })),
    segments: (bytes) => send({ type: 'segments', bytes }),
    setConnected: (isConnected) => send({ type: 'link', isConnected }),
    receive: send,
    stop: ({ isPatient }) => send({ type: 'stop', isPatient }),
    kill: () => void child.kill('SIGKILL'),
  };

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'standing':
        return standings.shift()?.(message.standing);
      case 'accepting':
        return accepting.get(message.slot)?.(true);
      case 'counts':
        return listener.onCounts(member, message.families);
      case 'lease':
        return listener.onLease(message);
      case 'shipped':
        return listener.onShipped();
      case 'question':
        return void listener
          .onQuestion(message.about)
          .catch(() => undefined)
          .then((value) => send({ type: 'answer', id: message.id, value }));
      case 'answer':
        return questions.answered(message.id, message.value);
      default:
        return message satisfies never;
    }
  }

  child.on('message', (message) => receive(message as FromWorker));
  return member;
}

const untilExit = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    // Its end may be known before its last words were read; this comes after them.
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });
