import { type Context, context, propagation } from '@opentelemetry/api';

/** Headers of an envelope: its tenant, and the trace that it belongs to (W3C Trace Context). */
export function tracedHeaders(tenantId: string): Record<string, unknown> {
  const headers: Record<string, unknown> = { 'x-sterna-tenant': tenantId };
  propagation.inject(context.active(), headers);
  return headers;
}

/** The trace that a received envelope belongs to. */
export function traceOf(headers: Record<string, unknown> | undefined): Context {
  return propagation.extract(context.active(), headers ?? {});
}
