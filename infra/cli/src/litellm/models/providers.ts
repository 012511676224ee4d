import type { DocumentBuilder } from '../document/document-builder.ts';
import { type Credential, credentialId } from './credential.ts';

export type ProviderNeed = {
  readonly type: string;
  readonly baseUrl: string | undefined;
  readonly credential: Credential;
  /** A name of the input that fits, such as that of a credential. */
  readonly preferredName: string | undefined;
};

export type FoundProvider =
  | { readonly ok: true; readonly name: string; readonly variable: string | undefined }
  | { readonly ok: false; readonly why: string };

/** Declares each provider that is needed once: the same type, address and credential are the same provider. */
export type Providers = { find(need: ProviderNeed): FoundProvider };

/** @param taken variables that the input refers to: a literal secret gets a variable of its own beside them */
export function createProviders(document: DocumentBuilder, taken: ReadonlySet<string>): Providers {
  const found = new Map<string, FoundProvider>();
  const variables = new Set(taken);
  return {
    find(need) {
      const id = JSON.stringify([need.type, need.baseUrl, credentialId(need.credential)]);
      const known = found.get(id) ?? declare(need);
      found.set(id, known);
      return known;
    },
  };

  function declare({ type, baseUrl, credential, preferredName }: ProviderNeed): FoundProvider {
    if (credential.kind === 'unusable') return { ok: false, why: `api_key: ${credential.why}` };
    const name = firstFree(nameOf(type, baseUrl, preferredName), '-', (one) => document.has('providers', one));
    const variable = variableOf(credential, name);
    const declaration = {
      type,
      ...(baseUrl !== undefined && { baseUrl }),
      ...(variable !== undefined && { apiKey: { env: variable } }),
    };
    const refusal = document.put('providers', name, declaration);
    return refusal === undefined ? { ok: true, name, variable } : { ok: false, why: refusal };
  }

  function variableOf(credential: Credential, provider: string): string | undefined {
    if (credential.kind === 'variable') return credential.name;
    if (credential.kind !== 'literal') return undefined;
    const wanted = `${provider.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`;
    const variable = firstFree(/^\d/.test(wanted) ? `_${wanted}` : wanted, '_', (one) => variables.has(one));
    variables.add(variable);
    return variable;
  }

  /** The first of a type is named like it, further ones by their host; a type that may be anything, always by its host. */
  function nameOf(type: string, baseUrl: string | undefined, preferredName: string | undefined): string {
    const preferred = toName(preferredName ?? '');
    if (preferred !== '') return preferred;
    const host = baseUrl !== undefined && URL.canParse(baseUrl) ? toName(new URL(baseUrl).hostname) : '';
    if (host === '') return type;
    if (type === 'openai-compatible') return host;
    return document.has('providers', type) ? `${type}-${host}` : type;
  }
}

/** Characters that a name cannot have become dashes. */
const toName = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 100);

function firstFree(wanted: string, separator: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let count = 2; isTaken(name); count += 1) name = `${wanted}${separator}${count}`;
  return name;
}
