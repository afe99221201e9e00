# What run, test and call share. Sourced, with the repository's root as the working directory.

configuration=Release
models_dll=src/Models/bin/$configuration/net10.0/Conversation.Models.dll
gateway_dll=src/Gateway/bin/$configuration/net10.0/Conversation.Gateway.dll
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1

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

# The system as .NET names it, as far as the choice of a package needs it.
system() {
  case "$(uname -s) $(uname -m)" in
    'Linux x86_64') say linux-x64 ;;
    MINGW*x86_64 | MSYS*x86_64 | CYGWIN*x86_64) say win-x64 ;;
    *) say other ;;
  esac
}

# A number for what decides where packages come from.
feed_key() {
  { say "$1 ${NUGET_PACKAGES:-} ${RestoreSources:-}"
    cat NuGet.config "${HOME:-/nowhere}"/.nuget/NuGet/*.[Cc]onfig "${HOME:-/nowhere}"/.config/NuGet/*.[Cc]onfig "${APPDATA:-/nowhere}"/NuGet/*.[Cc]onfig 2> /dev/null || true
  } | cksum | cut -d' ' -f1
}

# Whether NuGet's feed holds ONNX Runtime, found out once per set of sources: the one place that decides.
probe_feed() {
  local package version key folder config code=0 holds=false why log
  case $(system) in linux-x64 | win-x64) package=Microsoft.ML.OnnxRuntime.Gpu ;; *) package=Microsoft.ML.OnnxRuntime ;; esac
  version=$(sed -n "s/.*Include=\"$package\" Version=\"\([^\"]*\)\".*/\1/p" Directory.Packages.props)
  key=$(feed_key "$package $version")
  if [ "${1:-}" != --again ] && grep -q "key $key " feed.props 2> /dev/null; then return 0; fi

  folder=$(mktemp -d)
  cp NuGet.config global.json "$folder"
  cat > "$folder/probe.csproj" << PROBE
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="$package" Version="[$version]" />
    <PackageDownload Include="Microsoft.ML.OnnxRuntime.Managed" Version="[$version]" />
  </ItemGroup>
</Project>
PROBE
  log=$(limited 90 dotnet restore "$folder/probe.csproj" --nologo 2>&1) || code=$?
  rm -rf "$folder"
  case "$code $log" in
    '0 '*) holds=true; why="the feed holds $package $version" ;;
    *NU1101* | *NU1102* | *NU1103*) why="the feed does not hold $package $version" ;;
    *)
      say "ONNX Runtime: compiled from the npm package that carries its source (the NuGet feed did not answer; asked again next time)."
      rm -f feed.props
      return 0 ;;
  esac
  # Anew: the first dotnet of a fresh home writes a configuration there.
  key=$(feed_key "$package $version")
  cat > feed.props << FEED
<Project>
  <!-- Written by ./run: $why. To find out anew: ./run with its option "probe". key $key -->
  <PropertyGroup>
    <UseOnnxRuntimePackage Condition="'\$(UseOnnxRuntimePackage)' == ''">$holds</UseOnnxRuntimePackage>
  </PropertyGroup>
</Project>
FEED
  if $holds; then say "ONNX Runtime: NuGet's package ($why)."; else say "ONNX Runtime: compiled from the npm package that carries its source ($why)."; fi
}

# pull_weights OPTIONS...: as Conversation.Models pull takes them.
pull_weights() {
  build_models || return 1
  if grep -q '>true</UseOnnxRuntimePackage>' feed.props 2> /dev/null; then set -- "$@" --without onnxruntime; fi
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
