import { differs, holds, notSupported } from './verdict.ts';

/** What is said of many keys alike. */
export const reasons = Object.freeze({
  retries: notSupported(
    'is not converted: `routing.retries`, `routing.backoff` and `routing.cooldown` of the models say what follows a failure',
  ),
  strategies: notSupported('is not converted: `routing` and `tags` of the models say how deployments are chosen'),
  cache: notSupported('answers are not cached'),
  callbacks: notSupported('usage records go to ClickHouse, for queries in GraphQL; they are sent to no other service'),
  guardrails: notSupported('guardrails come with a later version: nothing looks into requests and answers'),
  messages: holds('messages are not recorded, only what they cost'),
  redis: differs('nothing of it is needed: limits are kept by the control plane'),
  logs: differs('logs are JSON; LOG_LEVEL of each process says how much'),
  defaults: notSupported('there are no defaults for what is made later: declare each with its own budgets and limits'),
  identity: notSupported('sign-in is not part of a config document; keys are declared one by one'),
  probes: notSupported('is not converted: declare `healthCheck` of the providers, or a failed call says what is wrong'),
  retention: differs('usage is kept in ClickHouse, whose own retention holds'),
  otherServices: notSupported('chat completions are served, nothing of this kind'),
  network: notSupported('how the process reaches the network is up to its environment, such as NODE_EXTRA_CA_CERTS'),
  secretManagers: notSupported('secrets are read from variables and files: let your secret manager fill those'),
  console: notSupported('is about LiteLLM’s own pages'),
});
