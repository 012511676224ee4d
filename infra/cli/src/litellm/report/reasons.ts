import { differs, holds, notSupported } from './verdict.ts';

/** What is said of many keys alike. */
export const reasons = Object.freeze({
  retries: notSupported(
    'is not converted yet: declare `routing.retries` and `fallbacks` of the models, or a failed call answers with its error',
  ),
  strategies: notSupported(
    'is not converted yet: deployments are chosen at random by weight, unless `routing.strategy` says otherwise',
  ),
  cache: notSupported('answers are not cached'),
  callbacks: notSupported('usage records go to ClickHouse, for queries in GraphQL; they are sent to no other service'),
  guardrails: notSupported('guardrails come with a later version: nothing looks into requests and answers'),
  messages: holds('messages are not recorded, only what they cost'),
  redis: differs('nothing of it is needed: limits are kept by the control plane'),
  logs: differs('logs are JSON; LOG_LEVEL of each process says how much'),
  defaults: notSupported('there are no defaults for what is made later: declare each with its own budgets and limits'),
  identity: notSupported('sign-in is not part of a config document; keys are declared one by one'),
  probes: notSupported('providers are not probed: a failed call says what is wrong'),
  retention: differs('usage is kept in ClickHouse, whose own retention holds'),
  otherServices: notSupported('chat completions are served, nothing of this kind'),
  network: notSupported('how the process reaches the network is up to its environment, such as NODE_EXTRA_CA_CERTS'),
  secretManagers: notSupported('secrets are read from variables and files: let your secret manager fill those'),
  console: notSupported('is about LiteLLM’s own pages'),
});
