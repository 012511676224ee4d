import type { EntityKind, Json } from '@tollgate/schema';
import { Arg, Args, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { type Entity, type EntityId, type OwnedSince, toEntityId } from '../aggregate/entity.ts';
import { isStorable } from '../change-set/declaration-problems.ts';
import { readDeclared } from '../projection/read-declared.ts';
import { toDeclaration } from '../projection/to-declaration.ts';
import { AS_OF_DESCRIPTION, AsOf, revisionAsOf } from './as-of.ts';
import { checkFirst, createConnectionType, fromCursor, type Page, PageArgs, toCursor, toPage } from './connection.ts';
import type { GraphQLContext } from './context.ts';
import { openPersonal, type ReadPersonal } from './entity/personal-reader.ts';
import { EntityKindEnum } from './enums.ts';
import { OwnedSinceType } from './node-fields.ts';
import { DateTimeScalar, JsonScalar, RevisionScalar } from './scalars.ts';

@ObjectType('Declaration', { description: 'An entity of any kind, as a config document declares it.' })
class DeclarationType {
  @Field(() => ID, { description: 'Unique among all entities: the kind and the name.' })
  readonly id!: EntityId;
  @Field(() => EntityKindEnum, { description: 'Its kind.' })
  readonly kind!: EntityKind;
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;
  @Field(() => JsonScalar, {
    description:
      'What was declared and no more. A secret is where it was read from; one that came without a place is ' +
      '`{"stored": true}`, or left out if it is the secret of a key.',
  })
  readonly declaration!: Json;
  @Field(() => String, { description: 'Who declared it last: a document, or `api`, `cli`, `console`.' })
  readonly owner!: string;
  @Field(() => OwnedSinceType, { description: 'Since when it belongs to that owner without a break.' })
  readonly ownedSince!: OwnedSince;
  @Field(() => Int, { description: 'How many events its stream has.' })
  readonly version!: number;
  @Field(() => RevisionScalar, { description: 'The revision that changed it last.' })
  readonly revision!: number;
  @Field(() => String, { description: 'Who changed it last.' })
  readonly changedBy!: string;
  @Field(() => DateTimeScalar, { description: 'When it was last changed.' })
  readonly updatedAt!: Date;
}

const DeclarationConnection = createConnectionType(DeclarationType, 'Declaration');

/** What an export is made of. */
@Resolver()
export class DeclarationsResolver {
  @Query(() => DeclarationConnection, {
    description: 'Entities of all kinds as documents declare them, by kind and name.',
  })
  async declarations(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('kinds', () => [EntityKindEnum], { nullable: true, description: 'Only these kinds.' })
    kinds: readonly EntityKind[] | null | undefined,
    @Arg('owner', () => String, { nullable: true, description: 'Only what belongs to this document or source.' })
    owner: string | null | undefined,
    @Arg('asOf', () => AsOf, { nullable: true, description: AS_OF_DESCRIPTION }) asOf: AsOf | null | undefined,
    @Ctx() context: GraphQLContext,
  ): Promise<Page<DeclarationType>> {
    const { db, entities } = context;
    const revision = await revisionAsOf(db, asOf);
    const first = checkFirst(page.first);
    const after = fromCursor(page.after) as EntityId | undefined;
    const only = await entities.onlyVisible(revision);
    const filter = { revision, only, kinds: kinds ?? undefined, owner: owner ?? undefined };
    const isPossible = owner === null || owner === undefined || isStorable(owner);
    const rows = isPossible ? await readDeclared(db, filter, { first: first + 1, after }) : [];
    const readPersonal = await openPersonal(context, rows);
    return toPage(rows, page, (row) => ({
      cursor: toCursor(toEntityId(row.kind, row.name)),
      node: toNode(row, readPersonal),
    }));
  }
}

function toNode(entity: Entity, readPersonal: ReadPersonal): DeclarationType {
  const { kind, name, owner, ownedSince, version, revision, changedBy, updatedAt } = entity;
  const declaration = toDeclaration(entity, (field) => readPersonal(entity, field));
  const last = { version, revision, changedBy, updatedAt };
  return { id: toEntityId(kind, name), kind, name, declaration, owner, ownedSince, ...last };
}
