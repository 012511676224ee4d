import type { Role } from '@tollgate/schema';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Principal } from '../../access/principal.ts';
import type { TokenScope } from '../../access/scopes.ts';
import type { ServiceToken } from '../../access/service-token/service-tokens.ts';
import type { Session } from '../../access/session/sessions.ts';
import { entityEnumType } from '../entity/entity-types.ts';
import { DateTimeScalar } from '../scalars.ts';

export const TokenScopeEnum = {
  CONFIG_READ: 'config:read',
  CONFIG_WRITE: 'config:write',
  KEYS_WRITE: 'keys:write',
  ACCESS_WRITE: 'access:write',
  USAGE_READ: 'usage:read',
} as const satisfies Record<string, TokenScope>;
registerEnumType(TokenScopeEnum, {
  name: 'TokenScope',
  description: 'What a service token may be used for, within what the roles of its account allow.',
});

const ViewerKindEnum = {
  ADMIN_TOKEN: 'admin-token',
  USER: 'user',
  SERVICE_ACCOUNT: 'service-account',
} as const satisfies Record<string, Principal['kind']>;
registerEnumType(ViewerKindEnum, { name: 'ViewerKind', description: 'How somebody who asks is known.' });

const SignInMethodEnum = { PASSWORD: 'password', OIDC: 'oidc' } as const satisfies Record<string, Session['method']>;
registerEnumType(SignInMethodEnum, { name: 'SignInMethod', description: 'How a user signs in.' });

@ObjectType('HeldRole', { description: 'A role, and where it is held.' })
export class HeldRoleType {
  @Field(() => entityEnumType('Role'), { description: 'What he may do.' })
  readonly role!: Role;
  @Field(() => String, { description: '`platform`, or such as `team:search`: it holds there and below.' })
  readonly on!: string;
}

@ObjectType('Viewer', { description: 'Who asks.' })
export class ViewerType {
  @Field(() => ViewerKindEnum, { description: 'How he is known.' })
  readonly kind!: Principal['kind'];
  @Field(() => String, { description: 'The name of the user or service account.' })
  readonly name!: string;
  @Field(() => [HeldRoleType], { description: 'The roles that are held now.' })
  readonly roles!: readonly HeldRoleType[];
  @Field(() => [TokenScopeEnum], { description: 'What the token may be used for; all, if there is none.' })
  readonly scopes!: readonly TokenScope[];
}

export const toViewerType = ({ kind, name, bindings, scopes }: Principal): ViewerType => ({
  kind,
  name,
  roles: bindings,
  scopes,
});

@ObjectType('Session', { description: 'A user who is signed in.' })
export class SessionType {
  @Field(() => ID, { description: 'Names it; the token that it is used with is never shown.' })
  readonly id!: string;
  @Field(() => SignInMethodEnum, { description: 'How the user signed in.' })
  readonly method!: Session['method'];
  @Field(() => String, { description: 'The address that he signed in from.' })
  readonly address!: string;
  @Field(() => String, { description: 'What the browser said of itself.' })
  readonly userAgent!: string;
  @Field(() => DateTimeScalar, { description: 'When he signed in.' })
  readonly createdAt!: Date;
  @Field(() => DateTimeScalar, { description: 'When it was last used, to the minute.' })
  readonly lastSeenAt!: Date;
  @Field(() => DateTimeScalar, { description: 'When it ends at the latest.' })
  readonly expiresAt!: Date;
  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  readonly isCurrent!: boolean;
}

export const toSessionType =
  (principal: Principal) =>
  (session: Session): SessionType => ({
    ...session,
    isCurrent: principal.kind === 'user' && principal.sessionId === session.id,
  });

@ObjectType('PasswordSetup', { description: 'With it a user sets a password, once. It is shown this once.' })
export class PasswordSetupType {
  @Field(() => String, { description: 'To be posted to `/auth/password-setup` with the password.' })
  readonly token!: string;
  @Field(() => DateTimeScalar, { description: 'When it is of no use any more.' })
  readonly expiresAt!: Date;
}

@ObjectType('ServiceToken', { description: 'A bearer token of a service account.' })
export class ServiceTokenType {
  @Field(() => ID, { description: 'Names it; the token itself is never shown again.' })
  readonly id!: string;
  @Field(() => String, { description: 'The name of the service account.' })
  readonly serviceAccount!: string;
  @Field(() => [TokenScopeEnum], { description: 'What it may be used for.' })
  readonly scopes!: readonly TokenScope[];
  @Field(() => String, { description: 'What it is for.' })
  readonly description!: string;
  @Field(() => String, { description: 'Who issued it.' })
  readonly createdBy!: string;
  @Field(() => DateTimeScalar, { description: 'When it was issued.' })
  readonly createdAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it expires; null if it does not.' })
  readonly expiresAt!: Date | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'To the minute; null if it was never used.' })
  readonly lastUsedAt!: Date | null;
}

export const toServiceTokenType = (token: ServiceToken): ServiceTokenType => token;

@ObjectType('IssuedServiceToken', { description: 'A new service token. It is shown this once.' })
export class IssuedServiceTokenType {
  @Field(() => ID, { description: 'Names it, to revoke it.' })
  readonly id!: string;
  @Field(() => String, { description: 'To be sent as `Authorization: Bearer …`.' })
  readonly token!: string;
}
