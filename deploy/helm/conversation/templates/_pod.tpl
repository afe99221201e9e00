{{/* The pod of a pool. Takes a dict: root, pool (its values), component, image, inference, device, gpus. */}}
{{- define "conversation.pod" -}}
{{- $root := .root -}}
{{- $v := $root.Values -}}
{{- $pool := .pool -}}
metadata:
  labels:
    {{- include "conversation.selector" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
    conversation/callers: {{ $pool.callers | quote }}
  annotations:
    checksum/settings: {{ toJson (list $v.settings $pool.settings $v.tenants) | sha256sum }}
    {{- with $pool.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  # preStop {{ $v.preStopSeconds }} + drain {{ $v.drainWithinSeconds }} + 2 + stop notice {{ $v.stopNoticeSeconds }} + leave {{ $v.leaveWithinSeconds }} + margin 10
  terminationGracePeriodSeconds: {{ include "conversation.gracePeriod" $root }}
  {{- with $v.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.serviceAccount.name }}
  serviceAccountName: {{ . }}
  {{- end }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 1654
    runAsGroup: 1654
    fsGroup: 1654
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  {{- with $pool.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pool.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pool.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - topologyKey: {{ . }}
      maxSkew: 1
      whenUnsatisfiable: ScheduleAnyway
      matchLabelKeys: [pod-template-hash]
      labelSelector:
        matchLabels:
          {{- include "conversation.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ $.component }}
    {{- end }}
  {{- if $v.weights.pull }}
  initContainers:
    - name: weights
      image: "{{ $v.weights.image.repository }}:{{ default $root.Chart.AppVersion $v.weights.image.tag }}"
      imagePullPolicy: {{ $v.image.pullPolicy }}
      # The runtime's own library is in the silo's image. A silo without lanes embeds text and pronounces, and no more.
      args:
        - pull
        {{- range ternary $v.weights.groups (list "minilm" "deep-phonemizer" "cmudict-kokoro") .inference }}
        - {{ . }}
        {{- end }}
        - --without
        - onnxruntime
      env:
        - {name: CONVERSATION_CACHE, value: /weights}
        - {name: HOME, value: /tmp}
        {{- with $v.weights.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      resources:
        {{- toYaml $v.weights.resources | nindent 8 }}
      securityContext:
        {{- include "conversation.containerSecurity" $root | nindent 8 }}
      volumeMounts:
        - {name: weights, mountPath: /weights}
        - {name: tmp, mountPath: /tmp}
  {{- end }}
  containers:
    - name: silo
      image: "{{ .image.repository }}:{{ default $root.Chart.AppVersion .image.tag }}"
      imagePullPolicy: {{ $v.image.pullPolicy }}
      ports:
        - {name: http, containerPort: 8080}
        - {name: silo, containerPort: 11111}
      env:
        - name: Silo__Name
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        - name: Silo__Address
          valueFrom: {fieldRef: {fieldPath: status.podIP}}
        - name: Silo__ConnectionString
          valueFrom:
            secretKeyRef:
              name: {{ required "database.existingSecret is needed: a secret with PostgreSQL's connection string" $v.database.existingSecret }}
              key: {{ $v.database.key }}
        - {name: Silo__Clustering, value: postgres}
        - {name: Silo__SiloPort, value: "11111"}
        - {name: Silo__ClusterId, value: {{ default (include "conversation.fullname" $root) $v.clusterId | quote }}}
        - {name: Silo__ServiceId, value: {{ default (include "conversation.fullname" $root) $v.serviceId | quote }}}
        - {name: Silo__CreateSchema, value: {{ $v.database.createSchema | quote }}}
        - {name: Silo__ConnectWithin, value: {{ include "conversation.timespan" $v.database.connectWithinSeconds | quote }}}
        - {name: Silo__DrainWithin, value: {{ include "conversation.timespan" $v.drainWithinSeconds | quote }}}
        - {name: Silo__Inference, value: {{ ternary "on" "off" .inference | quote }}}
        - {name: Gateway__StopNotice, value: {{ include "conversation.timespan" $v.stopNoticeSeconds | quote }}}
        - {name: Engines__Device, value: {{ .device | quote }}}
        # Sessions are stored in PostgreSQL; the root file system is read-only.
        - {name: Store__Path, value: ""}
        {{- with $v.telemetry.otlpEndpoint }}
        - {name: Telemetry__OtlpEndpoint, value: {{ . | quote }}}
        - {name: Telemetry__Every, value: {{ include "conversation.timespan" $v.telemetry.everySeconds | quote }}}
        - {name: Telemetry__Meters__0, value: Microsoft.Orleans}
        - name: Telemetry__Instance
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        {{- end }}
        - {name: CONVERSATION_CACHE, value: /weights}
        - {name: ASPNETCORE_HTTP_PORTS, value: "8080"}
        - {name: DOTNET_SHUTDOWNTIMEOUTSECONDS, value: {{ include "conversation.shutdownSeconds" $root | quote }}}
        # Settings come with a new pod; watching files would only use up the node's inotify instances.
        - {name: DOTNET_HOSTBUILDER__RELOADCONFIGONCHANGE, value: "false"}
        - {name: HOME, value: /tmp}
        # ONNX Runtime would report to its maker.
        - {name: ORT_DISABLE_TELEMETRY, value: "1"}
        {{- with $pool.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with $pool.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      # 503 while it starts or drains: callers go elsewhere.
      readinessProbe:
        httpGet: {path: /health, port: http}
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 2
      # The port opens once the models are warm and the silo has joined.
      startupProbe:
        httpGet: {path: /health/live, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: {{ div (add (int $v.startWithinSeconds) (int $v.database.connectWithinSeconds) 4) 5 }}
      # Asks nothing of models or database, and waits a minute: a silo at its limit is slow, not dead, and a restart would cut off all its callers.
      livenessProbe:
        httpGet: {path: /health/live, port: http}
        periodSeconds: 10
        timeoutSeconds: 10
        failureThreshold: 6
      {{- if gt (int $v.preStopSeconds) 0 }}
      # Until load balancers have heard that it is going; a silo without sessions would otherwise be gone before they have.
      lifecycle:
        preStop:
          sleep:
            seconds: {{ int $v.preStopSeconds }}
      {{- end }}
      resources:
        {{- $resources := deepCopy $pool.resources }}
        {{- if .gpus }}
        {{- $resources = mergeOverwrite $resources (dict "limits" (dict "nvidia.com/gpu" (.gpus | int | toString))) }}
        {{- end }}
        {{- toYaml $resources | nindent 8 }}
      securityContext:
        {{- include "conversation.containerSecurity" $root | nindent 8 }}
      volumeMounts:
        - {name: weights, mountPath: /weights, readOnly: true}
        - {name: tmp, mountPath: /tmp}
        - {name: settings, mountPath: /app/appsettings.json, subPath: appsettings.json, readOnly: true}
        {{- if or $v.tenants $v.existingTenantsSecret }}
        - {name: tenants, mountPath: /app/appsettings.Production.json, subPath: appsettings.Production.json, readOnly: true}
        {{- end }}
        {{- with $pool.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - {{ include "conversation.weightsVolume" $root | nindent 6 | trim }}
    - name: tmp
      emptyDir: {}
    - name: settings
      configMap:
        name: {{ include "conversation.fullname" $root }}-{{ .component }}
    {{- if or $v.tenants $v.existingTenantsSecret }}
    - name: tenants
      secret:
        secretName: {{ default (printf "%s-tenants" (include "conversation.fullname" $root)) $v.existingTenantsSecret }}
    {{- end }}
    {{- with $pool.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
