export {
  ApiProblem,
  createSternaClient,
  expectData,
  type ProblemDocument,
  type ProgressEvent,
  type SternaClient,
  type SternaClientOptions,
  type WatchEvent,
} from './sterna-client.js';
export type { components, operations, paths } from './generated/openapi.js';
