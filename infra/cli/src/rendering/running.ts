import type { RunningTollgate } from '@tollgate/stack';
import type { Colours } from '../terminal.ts';

export type RunningView = {
  readonly tollgate: Pick<RunningTollgate, 'newAdminToken'> & {
    readonly node: { readonly url: string };
    readonly controlPlane: { readonly url: string };
    readonly analytics: { readonly url: string };
  };
  /** The secret of the demo key, if this start made it. */
  readonly demoKey: string | undefined;
  readonly dataDir: string;
  readonly logPath: string;
  readonly seconds: number;
};

/** What runs where, what is shown only now, and a first call to copy. */
export function renderRunning(
  { tollgate, demoKey, dataDir, logPath, seconds }: RunningView,
  { bold, dim }: Colours,
): string {
  const rows = [
    ['gateway (OpenAI API)', `${tollgate.node.url}/v1`],
    ['control plane (GraphQL)', `${tollgate.controlPlane.url}/graphql`],
    ['analytics', tollgate.analytics.url],
    ['data', dataDir],
    ['log', logPath],
  ] as const;
  const sections = [
    bold(`Tollgate is running (ready in ${seconds.toFixed(1)} s)`),
    rows.map(([what, where]) => `  ${what.padEnd(24)}${where}`).join('\n'),
  ];
  if (tollgate.newAdminToken !== undefined)
    sections.push(`${bold('admin token')} (shown this once; keep it):\n  ${tollgate.newAdminToken}`);
  sections.push(
    demoKey === undefined
      ? dim('The demo key was shown at the first start.')
      : renderFirstCalls(`${tollgate.node.url}/v1`, demoKey, bold),
  );
  sections.push(dim('Ctrl-C stops all of it.'));
  return `\n${sections.join('\n\n')}\n`;
}

function renderFirstCalls(baseUrl: string, key: string, bold: (text: string) => string): string {
  return `${bold('demo key')} (shown this once; it may use the model "demo" alone). Try it:

  curl ${baseUrl}/chat/completions -H 'Authorization: Bearer ${key}' \\
    -H 'Content-Type: application/json' \\
    -d '{"model": "demo", "messages": [{"role": "user", "content": "Hello, Tollgate"}]}'

  # Python: pip install openai
  from openai import OpenAI
  client = OpenAI(base_url="${baseUrl}", api_key="${key}")
  print(client.chat.completions.create(model="demo", messages=[{"role": "user", "content": "Hello"}]))

  // Node: npm install openai
  import OpenAI from "openai";
  const client = new OpenAI({ baseURL: "${baseUrl}", apiKey: "${key}" });
  console.log(await client.chat.completions.create({ model: "demo", messages: [{ role: "user", content: "Hello" }] }));`;
}
