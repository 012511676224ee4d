export { authenticate } from './admission/authenticate.ts';
export type { ChatRequest, ChatRequestResult } from './chat/chat-request.ts';
export { parseChatRequest } from './chat/parse-chat-request.ts';
export { type ConfigStore, createConfigStore } from './config/config-store.ts';
export { createDiskCopy } from './config/disk-copy.ts';
export { createFleetLink } from './config/fleet-link.ts';
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
export type { Amounts } from './quota/amounts.ts';
export { createEstimator } from './quota/estimator.ts';
export { createQuotaBook, type QuotaBook } from './quota/quota-book.ts';
export type { QuotaRefusal } from './quota/quota-refusal.ts';
export type { Reservation } from './quota/reservation.ts';
export { processSchedule, type Schedule } from './quota/schedule.ts';
