import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';

it('the generated types are those of docs/openapi.json (npm run generate -w @sterna/api-client)', async () => {
  const ast = await openapiTypescript(new URL('../../../docs/openapi.json', import.meta.url), {
    defaultNonNullable: false,
  });
  const committed = await readFile(fileURLToPath(new URL('./generated/openapi.ts', import.meta.url)), 'utf8');
  expect(COMMENT_HEADER + astToString(ast)).toBe(committed);
});
