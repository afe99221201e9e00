# ./run --cluster N: PostgreSQL and N silos on this machine. Sourced by ./run, after lib.sh and postgres.sh.

# Names each line. Outlives a Ctrl-C, for what the silos say while they stop.
prefixed() {
  local line
  trap '' INT TERM HUP
  while IFS= read -r line; do printf '%s | %s\n' "$1" "$line"; done
}

# start_silo NUMBER: its process id is in silo_pids.
start_silo() {
  local i=$1 k origins=()
  # The page of one is to reach the others, once its own is gone.
  for ((k = 0; k < cluster; k++)); do
    origins+=("Gateway__Origins__$((100 + 2 * k))=http://localhost:$((port + k))" "Gateway__Origins__$((101 + 2 * k))=http://$host:$((port + k))")
  done
  # By the environment: what is on the command line, everyone on the machine can read.
  env Silo__Clustering=postgres Silo__ConnectionString="$database" Silo__Name="silo-$i" Silo__SiloPort=$((port < 59000 ? port + 6030 + i : port - 6030 + i)) Silo__Address=127.0.0.1 \
    Silo__HttpAddress="http://$page_host:$((port + i - 1))" "${origins[@]}" \
    dotnet $silo_dll --urls "http://$host:$((port + i - 1))" ${server_options[@]+"${server_options[@]}"} > >(prefixed "silo-$i") 2>&1 &
  silo_pids[i]=$!
}

alive() { kill -0 "$1" 2> /dev/null; }

stop_silos() {
  local i
  stopping=true
  for i in ${silo_pids[@]+"${!silo_pids[@]}"}; do kill -TERM "${silo_pids[$i]}" 2> /dev/null || true; done
}

# Whatever ends this script ends what it started.
stop_cluster() {
  local i
  trap '' INT TERM HUP
  stop_silos
  for i in ${silo_pids[@]+"${!silo_pids[@]}"}; do wait "${silo_pids[$i]}" 2> /dev/null || true; done
  stop_postgres "$folder" && say 'PostgreSQL has stopped.'
}

# Its variables are those of the whole script: the traps need them.
run_cluster() {
  page_host=$host stopping=false silo_pids=()
  case $host in 0.0.0.0 | 127.0.0.1) page_host=localhost ;; esac
  folder=$(postgres_folder)
  database=$(start_postgres "$folder" 0) || die "PostgreSQL does not start in $folder. Should one of a run that was killed still be there: .ci/postgres.sh stop '$folder'"
  trap stop_cluster EXIT
  trap stop_silos INT TERM HUP
  say "PostgreSQL is up, on loopback; its data are in $folder."

  # One, then the others: silos that start at the same moment may disagree for a while about who keeps which reminders.
  for ((i = 1; i <= cluster; i++)); do
    start_silo "$i"
    if ! node .ci/healthy.mjs "http://$host:$((port + i - 1))" "${silo_pids[$i]}"; then
      if $stopping; then exit 0; fi
      say "error: silo-$i did not become healthy; what it printed is above." >&2
      exit 1
    fi
    say "silo-$i is ready at http://$page_host:$((port + i - 1)) (process ${silo_pids[$i]})."
  done

  say "Talk to it at http://$page_host:$port (ready after $SECONDS s; Ctrl-C drains the silos and stops everything, twice stops without waiting)."
  say 'To try, from another terminal, in the middle of a call:'
  say "  kill -9 ${silo_pids[1]}   silo-1, whose page you have, dies: the call comes back on another silo"
  say "  kill ${silo_pids[1]}      it is told to stop: its sessions move away first"
  open_page "http://$page_host:$port"

  while true; do
    left=0
    for i in ${silo_pids[@]+"${!silo_pids[@]}"}; do
      if alive "${silo_pids[$i]}"; then left=$((left + 1)); continue; fi
      if ! $stopping; then say "silo-$i has ended; the others go on."; fi
      unset "silo_pids[$i]"
    done
    [ $left -gt 0 ] || break
    sleep 1 &
    wait $! || true
  done
  if $stopping; then exit 0; fi
  say 'No silo is left.' >&2
  exit 1
}
