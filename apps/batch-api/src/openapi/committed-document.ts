import { fileURLToPath } from 'node:url';

/** Where the document is committed for people and for the generated client. */
export const openApiPath = fileURLToPath(new URL('../../../../docs/openapi.json', import.meta.url));

/** The document as it is committed. */
export function printOpenApi(document: Record<string, unknown>): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
