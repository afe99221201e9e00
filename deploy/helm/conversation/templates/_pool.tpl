{{/* All there is for a pool. Takes what "conversation.pod" takes. */}}
{{- define "conversation.pool" -}}
{{- $name := printf "%s-%s" (include "conversation.fullname" .root) .component -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels:
    {{- include "conversation.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  {{- if not .pool.autoscaling.enabled }}
  replicas: {{ int .pool.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  # Two rounds of the cards by which silos know of each other, before the next old one drains.
  minReadySeconds: 5
  progressDeadlineSeconds: {{ add (int .root.Values.startWithinSeconds) (int .root.Values.database.connectWithinSeconds) 600 }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      {{- toYaml .pool.rollingUpdate | nindent 6 }}
  selector:
    matchLabels:
      {{- include "conversation.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
  template:
    {{- include "conversation.pod" . | nindent 4 }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}
  labels:
    {{- include "conversation.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
data:
  appsettings.json: |
    {{- mergeOverwrite (deepCopy .root.Values.settings) (deepCopy .pool.settings) | toPrettyJson | nindent 4 }}
{{- if .pool.podDisruptionBudget }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels:
    {{- include "conversation.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  # One at a time: its sessions have to find room on the others.
  maxUnavailable: 1
  # What is not ready serves nobody, and must not keep a node from being emptied.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "conversation.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
{{- end }}
{{- with .pool.autoscaling }}
{{- if .enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $name }}
  labels:
    {{- include "conversation.labels" $.root | nindent 4 }}
    app.kubernetes.io/component: {{ $.component }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ $name }}
  minReplicas: {{ int .minReplicas }}
  maxReplicas: {{ int .maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ int .targetCPUUtilizationPercentage }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
    scaleDown:
      stabilizationWindowSeconds: {{ int .scaleDownStabilizationSeconds }}
      # One at a time, and the next only when the last is surely gone.
      policies:
        - type: Pods
          value: 1
          periodSeconds: {{ min 1800 (int (include "conversation.gracePeriod" $.root)) }}
{{- end }}
{{- end }}
{{- end -}}
