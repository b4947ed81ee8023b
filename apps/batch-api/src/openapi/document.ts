import { RequestMethod, type Type } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { z } from 'zod';
import { problemDocument, problemStatuses } from '../problems/problem.js';
import { operationKey, type OperationOptions } from './operation.js';

type Json = { [key: string]: unknown };

const bodyParameter = 3;
const queryParameter = 4;
const isSchema = (value: unknown): value is z.ZodType => value instanceof z.ZodType;
const isOperation = (value: unknown): value is OperationOptions =>
  typeof value === 'object' && value !== null && 'id' in value && 'success' in value;
const routeArguments = z.record(z.string(), z.looseObject({ schema: z.unknown().optional() }));

/** Collects the named schemas of the document while it is made. */
class Components {
  readonly schemas: Json = {};

  /** The JSON Schema (2020-12, as OpenAPI 3.1 wants it) of a zod schema, named parts moved to components. */
  convert(schema: z.ZodType, io: 'input' | 'output'): Json {
    const converted: Json = { ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) };
    const { $schema: _, $defs, id, ...rest } = this.rewrite(converted);
    if (typeof $defs === 'object' && $defs !== null) {
      for (const [name, definition] of Object.entries($defs)) {
        this.schemas[name] = withoutId(definition);
      }
    }
    if (typeof id !== 'string') return rest;
    this.schemas[id] = rest;
    return { $ref: `#/components/schemas/${id}` };
  }

  private rewrite(value: Json): Json {
    const text = JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/');
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  }
}

function withoutId(definition: unknown): unknown {
  if (typeof definition !== 'object' || definition === null) return definition;
  return Object.fromEntries(Object.entries(definition).filter(([key]) => key !== 'id'));
}

function queryParameters(query: z.ZodType, components: Components): Json[] {
  const shape = z
    .object({
      properties: z.record(z.string(), z.unknown()).default({}),
      required: z.array(z.string()).default([]),
    })
    .parse(components.convert(query, 'input'));
  return Object.entries(shape.properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: shape.required.includes(name),
    schema,
  }));
}

function contentOf(content: Record<string, z.ZodType>, components: Components, io: 'input' | 'output'): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, { schema: components.convert(schema, io) }]),
  );
}

function responsesOf(operation: OperationOptions, components: Components): Json {
  const { success } = operation;
  const statuses = [
    ...(operation.isPublic === true ? [] : [400, 401, 404, 500, 503]),
    ...(operation.problems ?? []),
  ];
  const problem = { 'application/problem+json': { schema: components.convert(problemDocument, 'output') } };
  const codesOf = (status: number): string =>
    Object.entries(problemStatuses)
      .flatMap(([code, of]) => (of === status ? [code] : []))
      .join(', ');
  const content = contentOf(success.content, components, 'output');
  return {
    [success.status]: {
      description: success.description,
      ...(Object.keys(content).length > 0 && { content }),
    },
    ...Object.fromEntries(
      statuses.map((status) => [status, { description: `A problem: ${codesOf(status)}`, content: problem }]),
    ),
  };
}

function operationOf(
  operation: OperationOptions,
  path: string,
  argumentsOfRoute: unknown,
  components: Components,
): Json {
  const schemas = Object.entries(routeArguments.parse(argumentsOfRoute ?? {})).map(([key, { schema }]) => ({
    kind: Number(key.split(':', 1)[0]),
    schema,
  }));
  const schemaOf = (kind: number): z.ZodType | undefined =>
    schemas.flatMap((argument) =>
      argument.kind === kind && isSchema(argument.schema) ? [argument.schema] : [],
    )[0];
  const body = schemaOf(bodyParameter);
  const query = operation.query ?? schemaOf(queryParameter);
  const bodies = { ...(body !== undefined && { 'application/json': body }), ...operation.requestBody };
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...(query === undefined ? [] : queryParameters(query, components)),
    ...Object.entries(operation.headers ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      required: false,
      description,
      schema: { type: 'string' },
    })),
  ];
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(Object.keys(bodies).length > 0 && {
      requestBody: { required: true, content: contentOf(bodies, components, 'input') },
    }),
    responses: responsesOf(operation, components),
    ...(operation.isPublic === true && { security: [] }),
  };
}

function metadataOf(key: string, target: object): unknown {
  return Reflect.getMetadata(key, target);
}

/** Makes the OpenAPI 3.1 document from the routes and from the schemas that validate their requests. */
export function createOpenApiDocument(controllers: readonly Type[]): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  for (const controller of controllers) {
    const prototype: unknown = controller.prototype;
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const handler: unknown = value;
      if (typeof handler !== 'function') continue;
      const operation = metadataOf(operationKey, handler);
      if (!isOperation(operation)) continue;
      const parts = [metadataOf(PATH_METADATA, controller), metadataOf(PATH_METADATA, handler)];
      const path = `/${parts.join('/')}`
        .replace(/\/+/g, '/')
        .replace(/(.)\/$/, '$1')
        .replace(/:(\w+)/g, '{$1}');
      const method = RequestMethod[Number(metadataOf(METHOD_METADATA, handler))]?.toLowerCase() ?? 'get';
      const declared = metadataOf(HTTP_CODE_METADATA, handler) ?? (method === 'post' ? 201 : 200);
      if (declared !== operation.success.status) {
        throw new Error(
          `${operation.id}: the route answers ${JSON.stringify(declared)}, documented is ${operation.success.status}.`,
        );
      }
      const args: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name);
      paths[path] = { ...paths[path], [method]: operationOf(operation, path, args, components) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sterna',
      version: '1.0.0',
      description: 'Moves mailboxes from IMAP servers to Exchange Online, for many tenants.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => a.localeCompare(b))),
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries(Object.entries(components.schemas).sort(([a], [b]) => a.localeCompare(b))),
    },
  };
}
