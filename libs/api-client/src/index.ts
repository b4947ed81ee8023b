export { ApiProblem, expectData, type ProblemDocument } from './api-problem.js';
export type { ProgressEvent, WatchEvent } from './event-stream.js';
export { createSternaClient, type SternaClient, type SternaClientOptions } from './sterna-client.js';
export type { components, operations, paths } from './generated/openapi.js';
