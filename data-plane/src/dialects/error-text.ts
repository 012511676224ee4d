const MESSAGE_CHARS_MAX = 2_000;
/** What is read of a provider's text before it is masked; a secret that this cuts is cut off by the end as well. */
const READ_CHARS_MAX = 3 * MESSAGE_CHARS_MAX;
const MASK = '[redacted]';

/**
 * What looks like a credential. Providers repeat keys in their messages ("Incorrect API key provided: sk-ab***yz"), and a
 * part of a key is a part too much. Each pattern runs in linear time, as the text comes from outside.
 */
const CREDENTIALS: readonly { readonly pattern: RegExp; readonly replacement: string }[] = Object.freeze([
  {
    pattern:
      /\b(x-api-key|(?:api|access|secret|subscription)[-_ ]?key(?: provided)?|secret|password|authorization)(["']?\s{0,4}[:=]\s{0,4}["']?)(?:(?:Bearer|Basic)\s{1,4})?[^\s"',;<>&]+/gi,
    replacement: `$1$2${MASK}`,
  },
  { pattern: /\b(key|token|sig|signature)=[^\s"',;<>&]+/gi, replacement: `$1=${MASK}` },
  { pattern: /\bBearer\s{1,4}[^\s"',;<>]{4,}/gi, replacement: `Bearer ${MASK}` },
  { pattern: /\b(?:sk|pk|rk|gsk|xai|hf|r8|nvapi|pplx|tgp|fw|csk|tg)[-_][\w*.-]{4,}/g, replacement: MASK },
  { pattern: /\bAIza[\w*-]{10,}/g, replacement: MASK },
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9*]{8,}/g, replacement: MASK },
  { pattern: /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, replacement: MASK },
  { pattern: /:\/\/[^\s/@:]{1,200}:[^\s/@]{1,200}@/g, replacement: `://${MASK}@` },
]);

// biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is what it is for.
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** A provider's text as it may be shown: one line, at most 2,000 characters, what looks like a credential masked. */
export function cleanErrorText(text: string, charsMax = MESSAGE_CHARS_MAX): string {
  const line = text.slice(0, READ_CHARS_MAX).replace(CONTROL_CHARACTERS, ' ').trim();
  const masked = CREDENTIALS.reduce((rest, { pattern, replacement }) => rest.replace(pattern, replacement), line);
  return masked.length > charsMax ? `${masked.slice(0, charsMax - 1)}…` : masked;
}
