export { createApiServer, type ApiServerParts } from './api-server.js';
