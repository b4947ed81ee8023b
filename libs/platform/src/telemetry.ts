/**
 * Loaded with `--import` before anything else. Exports traces and metrics by OTLP when
 * OTEL_EXPORTER_OTLP_ENDPOINT is set (the standard variables of OpenTelemetry apply), else does nothing.
 */
import { NodeSDK } from '@opentelemetry/sdk-node';

if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined) {
  const sdk = new NodeSDK();
  sdk.start();
  // SIGTERM starts the service's own shutdown, which leaves time to send what is left
  const flush = (): void => void sdk.shutdown();
  process.once('SIGTERM', flush);
  process.once('beforeExit', flush);
}
