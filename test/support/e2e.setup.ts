import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type StackAddresses, startStack } from './stack.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly stack: StackAddresses;
  }
}

/** The largest body that the stack of the end-to-end tests takes: small, so that tests can go over it cheaply. */
export const BODY_BYTES_MAX = 1_048_576;

/** One stack for all end-to-end tests, stopped and removed after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-e2e-'));
  const started = await startStack(folder, { TOLLGATE_BODY_BYTES_MAX: String(BODY_BYTES_MAX) });
  project.provide('stack', started.addresses);
  return async () => {
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
