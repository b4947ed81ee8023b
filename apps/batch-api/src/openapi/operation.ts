import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

export const operationKey = 'sterna:operation';

/** What the document says of a route beyond what its parameters' schemas say. */
export interface OperationOptions {
  /** operationId, unique. */
  id: string;
  tag: string;
  summary: string;
  success: {
    status: number;
    description: string;
    /** Media type to schema; none where the answer has no body. */
    content: Record<string, z.ZodType>;
  };
  /** Request bodies other than `@Body({ schema })`. */
  requestBody?: Record<string, z.ZodType>;
  /** Query parameters that the handler reads itself. */
  query?: z.ZodObject;
  /** Request headers by name, with their meaning. */
  headers?: Record<string, string>;
  /** HTTP statuses of the problems that this route can answer with, beyond 400, 401 and 404. */
  problems?: readonly number[];
  /** For routes without a key. */
  isPublic?: boolean;
}

/** Describes a route for the OpenAPI document. */
export const Operation = (options: OperationOptions): MethodDecorator => SetMetadata(operationKey, options);
