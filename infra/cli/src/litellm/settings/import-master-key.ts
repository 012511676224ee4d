import { isIP } from 'node:net';
import type { Conversion } from '../conversion.ts';
import { differs, notSupported } from '../report/verdict.ts';
import { type ConfigEntry, fieldsOf } from '../source/config-node.ts';
import { isVariableName, variableOf } from '../source/environment-reference.ts';
import { isNothing, textOf, textsOf } from '../source/scalars.ts';

const NAME = 'litellm-master-key';
const VARIABLE = 'LITELLM_MASTER_KEY';

/**
 * Declares the master key as a virtual key, so that apps which use it go on; administration has a token of its own.
 * `allowed_ips`, which hold for all of LiteLLM, become those of this key.
 */
export function importMasterKey({ sections, document, report }: Conversion): void {
  const fields = fieldsOf(sections.byName.get('general_settings')?.value);
  const [key, ips] = [fields.get('master_key'), fields.get('allowed_ips')];
  const variable = textOf(key?.value) === undefined ? undefined : variableFor(key);
  const allowedIps = textsOf(ips?.value).filter((ip) => isIP(ip) !== 0);
  const declaration = {
    ...(allowedIps.length > 0 && { allowedIps }),
    secret: { env: variable },
    description: 'The master key of LiteLLM; give each app a key of its own and delete this one.',
  };
  const refusal = variable === undefined ? 'there is no key to be imported' : document.put('keys', NAME, declaration);
  if (key && variable !== undefined)
    report.say(key, refusal === undefined ? keyVerdict(variable) : notSupported(refusal));
  const isBound = refusal === undefined && allowedIps.length > 0 && allowedIps.length === textsOf(ips?.value).length;
  if (ips && !isNothing(ips.value))
    report.say(
      ips,
      isBound
        ? differs(`→ keys.${NAME}.allowedIps: ranges are those of keys; give them to further keys too`)
        : notSupported('declare allowedIps of keys'),
    );
}

function variableFor(key: ConfigEntry | undefined): string {
  const variable = variableOf(key?.value);
  return variable !== undefined && isVariableName(variable) ? variable : VARIABLE;
}

const keyVerdict = (variable: string | undefined) =>
  differs(
    `→ keys.${NAME}: calls models and administers nothing, which the admin token does; its secret, of at least 16 characters, is not copied but read from ${variable}`,
  );
