import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql';
import { holdsOne } from '../../access/decide.ts';
import type { FieldRule, FieldRules } from '../../access/field-policy.ts';
import type { Principal } from '../../access/principal.ts';
import { explainRefusal } from '../../access/refusal.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';

/** Where a resolver that is made for each kind of entity says the rule of its fields. */
export const ACCESS_EXTENSION = 'access';

/** Puts its rule before each field of the root. One that has none is served to nobody. */
export function enforceAccess(schema: GraphQLSchema, rules: FieldRules): GraphQLSchema {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) guard(field, ruleOf(rules, root?.name, field));
  }
  return schema;
}

/** The rule of a root field: that of the table, else that of all entities; undefined if there is none. */
export function ruleOf(
  rules: FieldRules,
  root: string | undefined,
  { name, extensions }: Pick<GraphQLField<unknown, unknown>, 'name' | 'extensions'>,
): FieldRule | undefined {
  const table = rules[root as keyof FieldRules] ?? {};
  if (Object.hasOwn(table, name)) return table[name];
  return extensions[ACCESS_EXTENSION] as FieldRule | undefined;
}

function guard(field: GraphQLField<unknown, GraphQLContext>, rule: FieldRule | undefined): void {
  const { resolve = defaultFieldResolver, subscribe, name } = field;
  field.resolve = (source, args, context, info) => {
    check(context.principal, rule, name);
    return resolve(source, args, context, info);
  };
  if (!subscribe) return;
  field.subscribe = (source, args, context, info) => {
    check(context.principal, rule, name);
    return subscribe(source, args, context, info);
  };
}

function check(principal: Principal | undefined, rule: FieldRule | undefined, name: string): void {
  if (!principal) throw publicError('UNAUTHENTICATED', 'sign in, or send a token', 401);
  if (!rule) throw publicError('FORBIDDEN', `the access policy has no rule for ${name}, so it is not served`, 403);
  const { who, scopes } = rule;
  if (!scopes.some((scope) => principal.scopes.includes(scope))) {
    throw publicError('FORBIDDEN', explainRefusal(`to ask for ${name}`, { kind: 'out of scope', needed: scopes }), 403);
  }
  if (who === 'everyone' || holdsOne(principal, who, [])) return;
  const role = who.at(-1) ?? 'platform-admin';
  const decision = { kind: 'refused', needed: { role, on: 'platform' } } as const;
  throw publicError('FORBIDDEN', explainRefusal(`to ask for ${name}`, decision), 403);
}
