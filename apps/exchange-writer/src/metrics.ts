import { metrics } from '@opentelemetry/api';

const meter = metrics.getMeter('@sterna/exchange-writer');

/** Each carries the tenant as `sterna.tenant_id`. */
export const messagesRecorded = meter.createCounter('sterna.messages.recorded', {
  description: 'Messages whose outcome was recorded, by outcome',
});
export const bytesWritten = meter.createCounter('sterna.messages.written.bytes', {
  unit: 'By',
  description: 'Octets of the messages that arrived, as the source counts them',
});
export const passesWritten = meter.createCounter('sterna.passes.written', {
  description: 'Passes that a writer brought to their end, by result',
});
