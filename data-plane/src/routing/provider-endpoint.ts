import { findProviderRow, type ProviderConfig, type ProviderRow } from '@tollgate/schema';

/** Opens a field of an entity; undefined if that cannot be done on this node. */
export type OpenSealed = (owner: string, field: string, sealed: string) => string | undefined;

/** Where a provider is, and how a call proves that it may come. */
export type ProviderEndpoint = {
  readonly row: ProviderRow;
  /** Empty for the built-in mock. */
  readonly origin: string;
  /** What goes before the paths of its API. */
  readonly basePath: string;
  /** Names and values in turn: those of the catalogue, and the credential. */
  readonly headers: readonly string[];
  readonly credential: string | undefined;
};

/** @throws Error if its type is unknown to this node or its credential cannot be opened; the message holds no secret. */
export function providerEndpoint(name: string, provider: ProviderConfig, openSealed: OpenSealed): ProviderEndpoint {
  const row = findProviderRow(provider.type);
  if (row === undefined) throw new Error(`the type ${provider.type} of provider ${name} is unknown to this node`);
  const credential = credentialOf(name, provider, openSealed);
  const base = provider.baseUrl ?? row.baseUrl;
  const url = base === undefined ? undefined : new URL(base);
  return {
    row,
    origin: url?.origin ?? '',
    basePath: url?.pathname.replace(/\/+$/, '') ?? '',
    headers: [...Object.entries(row.headers ?? {}).flat(), ...credentialHeader(row.auth, credential)],
    credential,
  };
}

function credentialOf(name: string, { sealedApiKey }: ProviderConfig, openSealed: OpenSealed): string | undefined {
  if (sealedApiKey === undefined) return undefined;
  const credential = openSealed(`provider:${name}`, 'apiKey', sealedApiKey);
  if (credential !== undefined) return credential;
  throw new Error(
    `the credential of provider ${name} cannot be opened: its data key is missing or wrapped with other sealing keys`,
  );
}

function credentialHeader(auth: ProviderRow['auth'], credential: string | undefined): string[] {
  if (credential === undefined || credential === '') return [];
  return auth.kind === 'header' ? [auth.header, credential] : ['authorization', `Bearer ${credential}`];
}
