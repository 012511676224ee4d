/** Secrets that were planted, by what each is. */
export type Planted = Readonly<Record<string, string | Buffer>>;

export type Hunt = {
  /** What of the planted is in a text, in the clear or in any encoding that hides nothing. */
  in(text: string | Buffer): readonly string[];
};

/** Bytes that may stand before a secret within what is encoded as base64, three of which are four characters. */
const ALIGNMENTS = [0, 1, 2];

/** Looks for each secret as it is, in hexadecimal digits, and within base64 of anything around it. */
export function createHunt(planted: Planted): Hunt {
  const forms = Object.entries(planted).flatMap(([name, secret]) =>
    formsOf(Buffer.from(secret)).map((form) => ({ name, form })),
  );
  return {
    in(text) {
      const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text);
      return [...new Set(forms.filter(({ form }) => bytes.includes(form)).map(({ name }) => name))];
    },
  };
}

function formsOf(secret: Buffer): readonly Buffer[] {
  const hex = secret.toString('hex');
  const texts = [hex, hex.toUpperCase(), ...ALIGNMENTS.flatMap((before) => innerBase64(secret, before))];
  return [secret, ...texts.map((text) => Buffer.from(text))];
}

/** The characters that base64 gives a secret wherever it starts, without those that what stands around it changes. */
function innerBase64(secret: Buffer, before: number): readonly string[] {
  const padded = Buffer.concat([Buffer.alloc(before), secret]);
  const start = before === 0 ? 0 : 4;
  const end = Math.floor(padded.length / 3) * 4;
  const inner = (form: 'base64' | 'base64url') => padded.toString(form).slice(start, end);
  return [inner('base64'), inner('base64url')];
}
