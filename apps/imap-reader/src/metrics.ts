import { metrics } from '@opentelemetry/api';

const meter = metrics.getMeter('@sterna/imap-reader');

/** Each carries the tenant as `sterna.tenant_id`. */
export const messagesRead = meter.createCounter('sterna.messages.read', {
  description: 'Messages whose content was published',
});
export const bytesRead = meter.createCounter('sterna.messages.read.bytes', { unit: 'By' });
