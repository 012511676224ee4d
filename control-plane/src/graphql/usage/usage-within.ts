import { USAGE_WITHIN_MAX, type UsageWithin } from '@tollgate/schema';
import { readUsageReach } from '../../access/usage-reach.ts';
import { principalOf } from '../access/subject.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';

/**
 * What of usage who asks may see; undefined for all.
 * @throws GraphQLError if who asks may see the usage of more places or keys than can be asked for at once
 */
export async function withinOf(context: GraphQLContext): Promise<UsageWithin | undefined> {
  const within = await readUsageReach(context.db, principalOf(context));
  if (!within) return undefined;
  const { ofVersion1, ...owners } = within;
  const lists = [...Object.values(owners), ...Object.values(ofVersion1)];
  if (lists.every(({ length }) => length <= USAGE_WITHIN_MAX)) return within;
  throw publicError(
    'FORBIDDEN',
    `for the usage of more than ${USAGE_WITHIN_MAX} teams or keys platform-viewer is needed`,
  );
}
