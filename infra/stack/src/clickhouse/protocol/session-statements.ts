import type { QueryRequest } from './query-request.ts';

/**
 * The embedded engine takes its defaults from the command-line tool. These make it do what a server does: rows are
 * committed when the insert is acknowledged, and a statement must begin with its verb. The last two bound the answer,
 * which is held whole.
 */
export const SERVER_LIKE_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['async_insert', '0'],
  ['implicit_select', '0'],
  ['allow_introspection_functions', '0'],
  ['max_result_bytes', String(256 * 1024 * 1024)],
  ['result_overflow_mode', 'throw'],
]);

/** The statements that prepare a fresh connection of the engine for one query, in order. */
export function sessionStatements(query: QueryRequest): readonly string[] {
  const { readonly, ...settings } = Object.fromEntries([...SERVER_LIKE_SETTINGS, ...query.settings]);
  const parameters = [...query.params].map(([name, value]) => [`param_${name}`, value] as const);
  return [
    ...(query.database === undefined ? [] : [`USE ${quoteName(query.database)}`]),
    setAll(Object.entries(settings)),
    // Apart from the settings, of which one says how long a statement may be.
    ...(parameters.length === 0 ? [] : [setAll(parameters)]),
    // Last, since nothing can be set after it.
    ...(readonly === undefined ? [] : [`SET readonly = ${quote(readonly)}`]),
  ];
}

const setAll = (values: readonly (readonly [string, string])[]): string =>
  `SET ${values.map(([name, value]) => `${name} = ${quote(value)}`).join(', ')}`;

function quote(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

function quoteName(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}
