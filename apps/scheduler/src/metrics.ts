import { metrics } from '@opentelemetry/api';

const meter = metrics.getMeter('@sterna/scheduler');

/** Exported by OTLP where OTEL_EXPORTER_OTLP_ENDPOINT is set; each carries its tenant but the tick's. */
export const passesStarted = meter.createCounter('sterna.passes.started', {
  description: 'Passes that took a slot and were offered to a reader',
});
export const passesSettled = meter.createCounter('sterna.passes.settled', {
  description: 'Passes whose end was carried over to their user, by result',
});
export const passesOfferedAgain = meter.createCounter('sterna.passes.offered_again', {
  description: 'Work that was published once more because nobody had it',
});
export const tickDuration = meter.createHistogram('sterna.scheduler.tick.duration', { unit: 'ms' });
