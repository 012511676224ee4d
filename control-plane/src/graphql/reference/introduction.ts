/** What must be known before the operations are read. The rest of the reference is the schema's own words. */
export const introduction = (errorCodes: readonly string[]): string => `# The GraphQL API

Written from the schema by \`pnpm --filter @tollgate/control-plane emit-schema\`; do not edit. The schema itself is
[schema/graphql/schema.graphql](../schema/graphql/schema.graphql), and \`/explorer/\` on the control plane lets you try it.

## Asking

\`POST /graphql\` with \`content-type: application/json\` and \`{"query": …, "variables": …}\`. Say who you are with
\`authorization: Bearer <token>\`, or sign in and let the browser send the session's cookie.

    curl -s http://127.0.0.1:4100/graphql -H "authorization: Bearer $TOLLGATE_ADMIN_TOKEN" \\
      -H 'content-type: application/json' -d '{"query":"{ revision nodes { nodeId state lag } }"}'

Every mutation is a change set: it is committed as one revision or not at all. What is wrong with it is in \`problems\` of the
answer, all of it at once, and is no error. With \`awaitPropagation\` it answers once nodes enforce it;
\`propagation { reached away }\` says whether those do that are linked, and how many are away and may still serve an older revision.

## Pages

A field of a type \`…Connection\` is a page: \`edges { cursor node { … } }\`, \`pageInfo { hasNextPage endCursor … }\` and mostly
\`totalCount\`. Ask for \`first\` (1 to 500, 50 if left out), and for the next page with \`after\` set to \`endCursor\`.

## Subscriptions

Over a WebSocket at the same address, with the protocol \`graphql-transport-ws\` (\`graphql-ws\`). Send
\`{"authorization": "Bearer <token>"}\` as the payload of \`connection_init\`, or have the session's cookie. A client that does not
read what it is sent is dropped with code 4429, one whose token no longer holds with 4401; queries and mutations go over HTTP.

## Errors

\`errors[].extensions.code\` is stable: ${errorCodes.map((code) => `\`${code}\``).join(', ')}.
Of an \`INTERNAL\` error only an id is told, under which the log has the cause.
`;
