import type { Conversion } from '../conversion.ts';
import { amountOf } from '../money.ts';
import { stored } from '../report/stored.ts';
import { differs, notSupported, type Verdict } from '../report/verdict.ts';
import type { VerdictTable } from '../report/verdict-table.ts';
import { unknownAmong, verdictFor } from '../report/verdict-table.ts';
import { type ConfigEntry, type Fields, fieldsOf, itemsOf } from '../source/config-node.ts';
import { booleanOf, textOf, textsOf } from '../source/scalars.ts';
import { readHeaders } from './pass-through-headers.ts';

const table: VerdictTable = Object.freeze({
  auth: notSupported('whether it asks for a key cannot be chosen'),
  forward_headers: notSupported('no header of a client goes on'),
  merge_query_params: differs('the query of a request goes on'),
  guardrails: notSupported('guardrails come with a later version'),
  adapter: notSupported('nothing is translated'),
  is_from_config: notSupported('is about how LiteLLM works inside'),
  id: notSupported('an endpoint is named by its path'),
});

/** Declares `pass_through_endpoints`, each under its path. One whose headers hold more than one secret is left out. */
export function importPassThrough(entry: ConfigEntry, conversion: Conversion): void {
  conversion.report.open(
    entry,
    entry.value.kind === 'list'
      ? stored('pass-through-endpoint', undefined, 'passThroughEndpoints')
      : notSupported('is no list of endpoints'),
  );
  for (const item of itemsOf(entry.value)) importEndpoint(fieldsOf(item), conversion);
}

function importEndpoint(fields: Fields, { document, report }: Conversion): void {
  const path = textOf(fields.get('path')?.value) ?? '';
  const headers = readHeaders(fieldsOf(fields.get('headers')?.value), path);
  const price = amountOf(fields.get('cost_per_request')?.value);
  const methods = textsOf(fields.get('methods')?.value).map((method) => method.toUpperCase());
  const declaration = {
    target: textOf(fields.get('target')?.value) ?? '',
    ...(headers.ok && headers.declaration),
    ...(methods.length > 0 && { methods }),
    ...(booleanOf(fields.get('include_subpath')?.value) && { includeSubpaths: true }),
    ...(price !== undefined && { pricePerRequest: `${price} USD` }),
  };
  const refusal = headers.ok ? document.put('passThroughEndpoints', path, declaration) : headers.why;
  const known = new Set(['path', 'target', 'headers', 'methods', 'include_subpath', 'cost_per_request']);
  for (const [name, field] of fields) {
    const verdict =
      refusal !== undefined ? notSupported(`is left out: ${refusal}`) : verdictOf(name, path, known, headers);
    report.say(field, verdict);
  }
}

function verdictOf(
  name: string,
  path: string,
  known: ReadonlySet<string>,
  headers: ReturnType<typeof readHeaders>,
): Verdict {
  if (!known.has(name)) return verdictFor(table, name) ?? unknownAmong(name, [...known, ...Object.keys(table)]);
  const how = name === 'headers' && headers.ok ? headers.note : '';
  return stored('pass-through-endpoint', undefined, `passThroughEndpoints.${path}`, how);
}
