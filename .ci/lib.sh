# What run, test and call share. Sourced, with the repository's root as the working directory.

configuration=Release
models_dll=src/Models/bin/$configuration/net10.0/Conversation.Models.dll
gateway_dll=src/Gateway/bin/$configuration/net10.0/Conversation.Gateway.dll
silo_dll=src/Silo/bin/$configuration/net10.0/Conversation.Silo.dll
export ORT_DISABLE_TELEMETRY=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# limited SECONDS COMMAND...: 124 when it ran out of time.
limited() {
  if command -v timeout > /dev/null; then timeout -k 5 "$@"; else perl -e 'alarm shift; exec @ARGV' "$@"; fi
}

need_tools() {
  command -v dotnet > /dev/null || die "the .NET 10 SDK is needed and dotnet is not found. Get it at https://dotnet.microsoft.com/download, or add it to PATH."
  # global.json makes dotnet itself refuse an older one.
  dotnet --version > /dev/null 2>&1 || die "the .NET SDK is older than 10 ($(dotnet --list-sdks 2> /dev/null | tail -1)). Get .NET 10 at https://dotnet.microsoft.com/download."
  command -v node > /dev/null || die "Node 20.19 or newer is needed and node is not found. Get it at https://nodejs.org."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' \
    || die "Node $(node --version) will not do: 20.19, 22.12 or newer is needed. Get it at https://nodejs.org."
  command -v npm > /dev/null || die "npm is needed and not found. It comes with Node: https://nodejs.org."
}

# newer FILE PATH...: whether FILE is absent or something under the paths is newer; build outputs do not count.
newer() {
  local target=$1; shift
  [ -e "$target" ] || return 0
  [ -n "$(find "$@" \( -name bin -o -name obj -o -name node_modules -o -name dist \) -prune -o -newer "$target" -print 2> /dev/null | head -1)" ]
}

# quietly WHAT COMMAND...: its output only when it fails.
quietly() {
  local what=$1 log code=0; shift
  log=$(mktemp)
  "$@" > "$log" 2>&1 || code=$?
  if [ $code -ne 0 ]; then
    if grep -q -E 'error' "$log"; then grep -E 'error' "$log" | sort -u | head -40 >&2; else tail -40 "$log" >&2; fi
    printf 'error: %s failed (exit code %s)\n' "$what" "$code" >&2
  fi
  rm -f "$log"
  return $code
}

# A project's program, built when it is older than its sources. Touched, since a build with nothing to do leaves it as old.
build() {
  local project=$1 dll=$2; shift 2
  newer "$dll" "$@" Directory.Build.props Directory.Packages.props || return 0
  say "Building $project."
  quietly "the build of $project" dotnet build "$project" -c $configuration -v q --nologo || return 1
  touch "$dll"
}

build_models() { build src/Models $models_dll src/Models models; }
build_gateway() { build src/Gateway $gateway_dll src models $(ls feed.props 2> /dev/null); }
build_silo() { build src/Silo $silo_dll src models Directory.Build.targets feed.props; }

# The system as .NET names it, as far as the choice of a package needs it.
system() {
  case "$(uname -s) $(uname -m)" in
    'Linux x86_64') say linux-x64 ;;
    MINGW*x86_64 | MSYS*x86_64 | CYGWIN*x86_64) say win-x64 ;;
    *) say other ;;
  esac
}

# A number for what decides where packages come from; what a folder among the sources holds of Orleans belongs to it.
feed_key() {
  local configs folder
  configs=$(cat NuGet.config "${HOME:-/nowhere}"/.nuget/NuGet/*.[Cc]onfig "${HOME:-/nowhere}"/.config/NuGet/*.[Cc]onfig "${APPDATA:-/nowhere}"/NuGet/*.[Cc]onfig 2> /dev/null || true)
  { say "$1 ${NUGET_PACKAGES:-} ${RestoreSources:-}" "$configs"
    { say "$configs" | sed -n 's/.*value="\([^"]*\)".*/\1/p'; say "${RestoreSources:-}" | tr ';' '\n'; } | while IFS= read -r folder; do
      folder=${folder#file://}
      if [ -n "$folder" ] && [ -d "$folder" ]; then ls "$folder" | grep -i '^microsoft\.orleans'; fi
    done || true
  } | cksum | cut -d' ' -f1
}

# version_of PACKAGE: as Directory.Packages.props has it.
version_of() { sed -n "s/.*Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" Directory.Packages.props; }

# ask_feed FOLDER WHAT ITEMS: asks NuGet for what the items name; leaves "yes", "no" or "silent" and the reason in FOLDER.answer.
ask_feed() {
  local folder=$1 what=$2 items=$3 log code=0 lacks
  mkdir "$folder"
  cp NuGet.config global.json Directory.Packages.props "$folder"
  # A version other than the one asked for is no yes.
  cat > "$folder/probe.csproj" << PROBE
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <NuGetAudit>false</NuGetAudit>
    <WarningsAsErrors>NU1603;NU1605;NU1608</WarningsAsErrors>
  </PropertyGroup>
  <ItemGroup>$items</ItemGroup>
</Project>
PROBE
  log=$(limited 90 dotnet restore "$folder/probe.csproj" --nologo 2>&1) || code=$?
  lacks=$(say "$log" | sed -n -E 's/.*NU110[123]: Unable to find a? ?(stable )?package ([A-Za-z0-9_.-]*[A-Za-z0-9_-]).*/\2/p' | sort -u)
  lacks=$({ say "$lacks" | grep '^Microsoft\.Orleans' || say "$lacks"; } | head -1)
  case "$code $log" in
    '0 '*) say "yes the feed holds $what" ;;
    *NU1101* | *NU1102* | *NU1103* | *NU1603* | *NU1605* | *NU1608*)
      case $what in "$lacks "*) lacks='' ;; esac
      say "no the feed does not hold $what${lacks:+ whole: $lacks is missing}" ;;
    *) say "silent the NuGet feed did not answer; asked again next time" ;;
  esac > "$folder.answer"
}

# What NuGet's feed holds of the packages that it may lack, found out once per set of sources: the one place that decides.
# feed.props tells the projects.
probe_feed() {
  local onnx key folder package orleans='' name holds why whole=true
  case $(system) in linux-x64 | win-x64) onnx=Microsoft.ML.OnnxRuntime.Gpu ;; *) onnx=Microsoft.ML.OnnxRuntime ;; esac
  key=$(feed_key "$onnx $(cksum < Directory.Packages.props)")
  if [ "${1:-}" != --again ] && grep -q "key $key " feed.props 2> /dev/null; then return 0; fi

  # Orleans is asked for by all its packages with all they need: a mirror may hold some of them and lack the others.
  for package in $(sed -n -E 's/.*Include="(Microsoft\.Orleans\.[^"]*|Npgsql)".*/\1/p' Directory.Packages.props); do
    [ $package = Microsoft.Orleans.Dashboard ] || orleans+="<PackageReference Include=\"$package\" />"
  done
  folder=$(mktemp -d)
  ask_feed "$folder/OnnxRuntimePackage" "$onnx $(version_of $onnx)" "<PackageDownload Include=\"$onnx\" Version=\"[$(version_of $onnx)]\" /><PackageDownload Include=\"Microsoft.ML.OnnxRuntime.Managed\" Version=\"[$(version_of $onnx)]\" />" &
  ask_feed "$folder/Orleans" "Microsoft.Orleans $(version_of Microsoft.Orleans.Server)" "$orleans" &
  ask_feed "$folder/OrleansDashboard" "Microsoft.Orleans.Dashboard $(version_of Microsoft.Orleans.Dashboard)" "$orleans<PackageReference Include=\"Microsoft.Orleans.Dashboard\" />" &
  wait
  for name in OnnxRuntimePackage Orleans OrleansDashboard; do
    read -r holds why < "$folder/$name.answer" || holds=silent
    case $holds in yes) holds=true ;; no) holds=false ;; *) holds=false whole=false ;; esac
    say "    <Use$name Condition=\"'\$(Use$name)' == ''\">$holds</Use$name> <!-- $why -->" >> "$folder/properties"
  done
  # Anew: the first dotnet of a fresh home writes a configuration there. Without a key it is asked again.
  if $whole; then key="key $(feed_key "$onnx $(cksum < Directory.Packages.props)") "; else key=''; fi
  { say '<Project>'
    say "  <!-- Written by ./run. To find out anew: ./run with its option \"probe\". $key-->"
    say '  <PropertyGroup>'
    cat "$folder/properties"
    say '  </PropertyGroup>'
    say '</Project>'
  } > feed.props
  rm -rf "$folder"
  say "ONNX Runtime: $(if feed_holds OnnxRuntimePackage; then say "NuGet's package"; else say 'compiled from the npm package that carries its source'; fi) ($(feed_reason OnnxRuntimePackage))."
}

# feed_holds NAME, feed_reason NAME: the answer in feed.props and why.
feed_holds() { grep -q "<Use$1 .*>true</Use$1>" feed.props 2> /dev/null; }
feed_reason() { sed -n "s/.*<\/Use$1> <!-- \(.*\) -->/\1/p" feed.props 2> /dev/null; }

# Where the sessions live, and why.
say_host() { if feed_holds Orleans; then say "Orleans: sessions are grains of a silo ($(feed_reason Orleans))."; else say "No Orleans: sessions live in the one process ($(feed_reason Orleans))."; fi; }

# pull_weights OPTIONS...: as Conversation.Models pull takes them.
pull_weights() {
  build_models || return 1
  if feed_holds OnnxRuntimePackage; then set -- "$@" --without onnxruntime; fi
  dotnet $models_dll pull --quiet "$@"
}

npm_ci() {
  local folder=$1
  newer "$folder/node_modules/.package-lock.json" "$folder/package-lock.json" || return 0
  quietly "npm ci in $folder" npm --prefix "$folder" ci --no-audit --no-fund || return 1
  touch "$folder/node_modules/.package-lock.json"
}

# The page and ./call, built when they are older than their sources.
build_web() {
  npm_ci web || return 1
  newer web/dist/.built web || return 0
  say "Building web."
  (cd web && quietly "the build of web" npm run --silent build) || return 1
  touch web/dist/.built
}

# The browser for the browser tests, or nothing; the program's doctor looks at the same names.
find_chromium() {
  local name
  if [ -n "${CHROMIUM:-}" ]; then say "$CHROMIUM"; return 0; fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v $name && return 0
  done
  for name in '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' /Applications/Chromium.app/Contents/MacOS/Chromium; do
    [ -x "$name" ] && say "$name" && return 0
  done
  return 1
}
