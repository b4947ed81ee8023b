import { Controller, Get, Inject } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from './operation.js';

/** The finished document, made once at the start. */
export class OpenApiDocument {
  readonly content: Record<string, unknown>;

  constructor(content: Record<string, unknown>) {
    this.content = content;
  }
}

@Controller()
export class OpenApiController {
  private readonly document: OpenApiDocument;

  constructor(@Inject(OpenApiDocument) document: OpenApiDocument) {
    this.document = document;
  }

  @Get('/openapi.json')
  @Operation({
    id: 'getOpenApi',
    tag: 'document',
    summary: 'This document',
    success: {
      status: 200,
      description: 'OpenAPI 3.1',
      content: { 'application/json': z.record(z.string(), z.unknown()) },
    },
    isPublic: true,
  })
  get(): Record<string, unknown> {
    return this.document.content;
  }
}
