{{/* The name of a component's objects: release and component. */}}
{{- define "sterna.name" -}}
{{- printf "%s-%s" (.root.Release.Name | trunc 40 | trimSuffix "-") .component -}}
{{- end -}}

{{/* What selects a component's pods; never changes. */}}
{{- define "sterna.selector" -}}
app.kubernetes.io/name: sterna
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "sterna.labels" -}}
{{ include "sterna.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* The four services: component, the values of it. */}}
{{- define "sterna.services" -}}
batch-api: batchApi
scheduler: scheduler
imap-reader: imapReader
exchange-writer: exchangeWriter
{{- end -}}

{{/* The variables of one service besides those that all have. */}}
{{- define "sterna.ownEnvironment" -}}
{{- if eq .component "batch-api" }}
- { name: STERNA_HTTP_HOST, value: 0.0.0.0 }
- { name: STERNA_HTTP_PORT, value: {{ .values.port | quote }} }
- { name: STERNA_OPERATOR_KEY_FILE, value: /etc/sterna/operator-key }
- { name: STERNA_CHECK_SLOTS, value: {{ .values.checkSlots | quote }} }
{{- else if eq .component "scheduler" }}
- { name: STERNA_TICK_MS, value: {{ .values.tickMs | quote }} }
- { name: STERNA_MAIL_FROM, value: {{ .values.mailFrom | quote }} }
{{- else if eq .component "imap-reader" }}
- { name: STERNA_READER_SLOTS, value: {{ .values.slots | quote }} }
{{- else if eq .component "exchange-writer" }}
- { name: STERNA_WRITER_SLOTS, value: {{ .values.slots | quote }} }
- { name: STERNA_SPOOL_DIR, value: /var/spool/sterna }
{{- end }}
{{- end -}}

{{/* Whether something else than the chart sets the number of pods. */}}
{{- define "sterna.isScaled" -}}
{{- if and .autoscaling (ne .autoscaling.kind "none") }}true{{ end -}}
{{- end -}}
