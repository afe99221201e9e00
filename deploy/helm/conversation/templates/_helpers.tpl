{{- define "conversation.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "conversation.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "conversation.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "conversation.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What all pods of a release have in common, and what never changes. */}}
{{- define "conversation.selector" -}}
app.kubernetes.io/name: {{ include "conversation.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "conversation.labels" -}}
{{ include "conversation.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* Seconds as hh:mm:ss, which is how the program reads a TimeSpan. */}}
{{- define "conversation.timespan" -}}
{{- $s := int . -}}
{{- printf "%02d:%02d:%02d" (div $s 3600) (mod (div $s 60) 60) (mod $s 60) -}}
{{- end -}}

{{/*
What the program may take from SIGTERM on. Its host counts this from the signal, so it has to cover the drain too: when it is over,
Orleans no longer leaves the cluster in good order. 2 s is what DrainService gives a drain beyond its budget.
*/}}
{{- define "conversation.shutdownSeconds" -}}
{{- add (int .Values.drainWithinSeconds) 2 (int .Values.stopNoticeSeconds) (int .Values.leaveWithinSeconds) -}}
{{- end -}}

{{/* Kubernetes counts from before preStop. The last 10 s are for what follows a stop: the last metrics (5 s at most) and the models' memory. */}}
{{- define "conversation.gracePeriod" -}}
{{- add (int .Values.preStopSeconds) (int (include "conversation.shutdownSeconds" .)) 10 -}}
{{- end -}}

{{- define "conversation.weightsVolume" -}}
{{- $w := .Values.weights -}}
name: weights
{{- if eq $w.volume "claim" }}
persistentVolumeClaim:
  claimName: {{ required "weights.claimName is needed with weights.volume: claim" $w.claimName }}
  readOnly: {{ not $w.pull }}
{{- else if eq $w.volume "hostPath" }}
hostPath:
  path: {{ required "weights.hostPath is needed with weights.volume: hostPath" $w.hostPath }}
  type: Directory
{{- else if $w.pull }}
emptyDir:
  sizeLimit: 2Gi
{{- else }}
{{- fail "weights.volume emptyDir starts empty: weights.pull has to be true, or give a claim or a hostPath" }}
{{- end }}
{{- end -}}

{{- define "conversation.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
