import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { controllers } from '../controllers.js';
import { openApiPath, printOpenApi } from './committed-document.js';
import { createOpenApiDocument } from './document.js';

describe('the OpenAPI document', () => {
  it('that is committed is current (npm run openapi -w @sterna/batch-api)', async () => {
    expect(printOpenApi(createOpenApiDocument(controllers))).toBe(await readFile(openApiPath, 'utf8'));
  });

  it('has no reference to a schema that is not there', () => {
    const document = createOpenApiDocument(controllers);
    const text = JSON.stringify(document);
    const wanted = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(wanted.length).toBeGreaterThan(50);
    for (const name of wanted) expect(document).toHaveProperty(['components', 'schemas', String(name)]);
    expect(text).not.toContain('$defs');
  });
});
