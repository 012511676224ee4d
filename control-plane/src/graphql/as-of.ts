import type { Kysely } from 'kysely';
import { Field, InputType } from 'type-graphql';
import type { Tables } from '../database/tables.ts';
import { resolvePoint } from '../projection/as-of.ts';
import { publicError } from './errors.ts';
import { DateTimeScalar, RevisionScalar } from './scalars.ts';

@InputType({ description: 'A point in the history of the configuration; exactly one field is set.' })
export class AsOf {
  @Field(() => RevisionScalar, { nullable: true, description: 'A revision; 0 is before the first change set.' })
  readonly revision?: number | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'An instant: the newest revision that was committed by then.',
  })
  readonly time?: Date | null;
}

/** What the argument `asOf` of a query says of itself. */
export const AS_OF_DESCRIPTION = 'Reads the configuration as it was then; left out, as it is now.';

/**
 * The revision that a query reads; undefined for the current one.
 * @throws GraphQLError if the point is none, or is not yet
 */
export async function revisionAsOf(db: Kysely<Tables>, asOf: AsOf | null | undefined): Promise<number | undefined> {
  return asOf ? await revisionOf(db, asOf, 'asOf') : undefined;
}

/** The same for a point that must be given; `argument` names it in errors. */
export async function revisionOf(db: Kysely<Tables>, asOf: AsOf, argument: string): Promise<number> {
  const { revision, time } = asOf;
  const points = [typeof revision === 'number' && { revision }, time instanceof Date && { time }].filter(
    (point) => point !== false,
  );
  const [point] = points;
  if (point === undefined || points.length > 1) {
    throw publicError('BAD_USER_INPUT', `${argument} must have exactly one of revision and time`);
  }
  const resolved = await resolvePoint(db, point, new Date());
  if (resolved.kind === 'unknown') throw publicError('BAD_USER_INPUT', `${argument}: ${resolved.message}`);
  return resolved.revision;
}
