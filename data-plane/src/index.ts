export type { ChatRequest, ChatRequestResult } from './chat/chat-request.ts';
export { parseChatRequest } from './chat/parse-chat-request.ts';
export { createAnthropicMessages } from './dialects/anthropic-messages/index.ts';
export type {
  ChatStream,
  DecodedAnswer,
  Dialect,
  EncodedRequest,
  StreamProgress,
  UpstreamTarget,
} from './dialects/dialect.ts';
export { type MockAnswer, type MockIdentity, mockAnswer, mockChunks } from './dialects/mock/mock-answer.ts';
export { openaiChat } from './dialects/openai-chat/index.ts';
