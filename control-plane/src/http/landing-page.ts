import { TOLLGATE_VERSION } from '@tollgate/schema';
import { SIGN_IN_FORM, signInScript } from './sign-in-form.ts';

const STYLE = `
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 38rem; margin: 12vh auto; padding: 0 1.5rem;
         color: #1c2430; background: #fbfbfa; }
  h1 { font-size: 1.6rem; margin-bottom: 0; }
  small { color: #667; }
  dt { font-weight: 600; margin-top: 1rem; }
  dd { margin: 0; }
  a { color: #0b57d0; }
  input, button { font: inherit; padding: 0.2em 0.5em; margin: 0.2em 0; max-width: 100%; }
  summary { cursor: pointer; margin-top: 0.5rem; }
  code { background: #eef0f2; padding: 0.1em 0.35em; border-radius: 4px; }
  @media (prefers-color-scheme: dark) {
    body { color: #e6e8eb; background: #14181d; } a { color: #8ab4f8; } code { background: #262c33; }
    small { color: #99a; }
  }`;

/** What a person finds at the control plane's address. */
export const landingPage = ({
  nonce,
  graphqlPath,
}: {
  readonly nonce: string;
  readonly graphqlPath: string;
}): string => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Tollgate</title>
  <style nonce="${nonce}">${STYLE}</style>
</head>
<body>
  <h1>Tollgate</h1>
  <small>control plane, version ${TOLLGATE_VERSION}</small>
${SIGN_IN_FORM}
  <dl>
    <dt><a href="/explorer/">GraphQL explorer</a></dt>
    <dd>Reads the schema, completes queries and follows subscriptions. Sign in here, or put
        <code>Authorization: Bearer &lt;token&gt;</code> into its headers.</dd>
    <dt><code>POST /graphql</code></dt>
    <dd>The API: queries, mutations, and subscriptions over a WebSocket.</dd>
    <dt><a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>, <a href="/metrics">/metrics</a></dt>
    <dd>For those who operate it.</dd>
  </dl>
  <script nonce="${nonce}">${signInScript(graphqlPath)}</script>
</body>
</html>
`;
