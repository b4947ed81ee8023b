/**
 * Loaded with `--import` before anything else. Exports traces and metrics by OTLP when OTEL_EXPORTER_OTLP_ENDPOINT
 * is set, metrics as OTEL_METRICS_EXPORTER says (`prometheus` serves them on port 9464), else does nothing. The
 * standard variables of OpenTelemetry apply.
 */
import { NodeSDK } from '@opentelemetry/sdk-node';

const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_METRICS_EXPORTER: metricsExporter } = process.env;
if (endpoint !== undefined || metricsExporter !== undefined) {
  const sdk = new NodeSDK();
  sdk.start();
  // SIGTERM starts the service's own shutdown, which leaves time to send what is left
  const flush = (): void => void sdk.shutdown();
  process.once('SIGTERM', flush);
  process.once('beforeExit', flush);
}
