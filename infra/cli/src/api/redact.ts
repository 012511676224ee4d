/** Shorter secrets would tear words apart, and are none. */
const SECRET_LENGTH_MIN = 4;

/** Replaces each secret in a text, also as JSON writes it. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .reduce((redacted, secret) => redacted.replaceAll(secret, '(secret)'), text);
}
