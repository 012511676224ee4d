/**
 * Where to go after signing in: a path of ours, whatever was asked for.
 * @returns `/` for what would lead to another site or is no path
 */
export function toReturnPath(asked: unknown, origin: string): string {
  if (typeof asked !== 'string' || !asked.startsWith('/') || !URL.canParse(asked, origin)) return '/';
  const url = new URL(asked, origin);
  return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : '/';
}
