/** `openai/*` matches what starts with `openai/`; a pattern without a final `*` matches itself. */
export function matchesPattern(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
