/**
 * What the log keeps of an error. Other members are left out, for Postgres' errors carry values of rows, and GraphQL's
 * the text of the query.
 */
export function toLoggedError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error ? String(error.code) : undefined;
  const frames = error.stack?.split('\n').filter((line) => /^ {4}at /.test(line));
  return { type: error.name, ...(code !== undefined && { code }), message: error.message, stack: frames?.join('\n') };
}
