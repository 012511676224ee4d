import { z } from 'zod';
import type { GraphqlClient } from './graphql-client.ts';

const sealingKey = z.object({
  keyId: z.string(),
  isCurrent: z.boolean(),
  isAccepted: z.boolean(),
  dataKeys: z.number(),
  isRemovable: z.boolean(),
  /** Why it cannot be taken out of the environments yet. */
  blockers: z.array(z.string()),
});
export type SealingKey = z.infer<typeof sealingKey>;

const listOperation = {
  text: 'query SealingKeys { sealingKeys { keyId isCurrent isAccepted dataKeys isRemovable blockers } }',
  answer: z.object({ sealingKeys: z.array(sealingKey) }),
};

const rewrapped = z.object({
  rewrapped: z.number(),
  checked: z.number(),
  total: z.number(),
  /** Entities whose data key no accepted sealing key opens. */
  unopened: z.array(z.string()),
  next: z.string().nullable(),
});
export type Rewrapped = z.infer<typeof rewrapped>;

const rewrapOperation = {
  text: 'mutation RewrapDataKeys($after: ID) { rewrapDataKeys(after: $after) { rewrapped checked total unopened next } }',
  answer: z.object({ rewrapDataKeys: rewrapped }),
};

export async function requestSealingKeys(client: GraphqlClient): Promise<readonly SealingKey[]> {
  return (await client.request(listOperation)).sealingKeys;
}

/** Wraps all data keys with the current sealing key, a thousand at a time; gives what each batch came to. */
export async function* rewrapDataKeys(client: GraphqlClient): AsyncGenerator<Rewrapped> {
  let after: string | null = null;
  do {
    const { rewrapDataKeys: batch }: z.infer<typeof rewrapOperation.answer> = await client.request(rewrapOperation, {
      after,
    });
    yield batch;
    after = batch.next;
  } while (after !== null);
}
