import type { EntityKind } from '@tollgate/schema';
import { z } from 'zod';

/** GraphQL's names of the kinds. */
const KIND_OF_GRAPHQL = Object.freeze({
  PROVIDER: 'provider',
  MODEL: 'model',
  TEAM: 'team',
  VIRTUAL_KEY: 'virtual-key',
} as const satisfies Readonly<Record<string, EntityKind>>);

export const graphqlKind = z
  .enum(['PROVIDER', 'MODEL', 'TEAM', 'VIRTUAL_KEY'])
  .transform((kind): EntityKind => KIND_OF_GRAPHQL[kind]);
