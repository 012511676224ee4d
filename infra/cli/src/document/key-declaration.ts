import type { PutChange } from '@tollgate/schema';

/** How the command line says what a key is. */
export type KeySpecOptions = {
  readonly team?: string;
  readonly project?: string;
  readonly user?: string;
  readonly customer?: string;
  readonly model?: readonly string[];
  readonly tag?: readonly string[];
  readonly expiresAt?: string;
};

type KeyDeclaration = Extract<PutChange, { kind: 'virtual-key' }>['declaration'];

/** What a document would declare; whether it is right is said by the control plane. */
export function toDeclaration(options: KeySpecOptions): KeyDeclaration {
  const { team, project, user, customer, model, tag, expiresAt } = options;
  const given = { team, project, user, customer, models: model, expiresAt, tags: tag };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
