# Sourced by the other scripts: installs the Debian/Ubuntu packages named as arguments, those that
# are missing, with sudo where needed. Does nothing on a machine that has them all.
install_missing() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Installing: ${missing[*]}"
  local run=()
  [ "$(id -u)" -eq 0 ] || run=(sudo)
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# Node and npm, for the interactive report's viewer and the scripts that fetch npm packages. A
# machine can do without: the HTML report is then a plain page, and what needs npm says so.
install_node() {
  command -v node >/dev/null && command -v npm >/dev/null && return 0
  install_missing nodejs npm || echo "Node could not be installed; going on without it."
}

# The browser in which the report's viewer is tested; without it those tests say so and are skipped.
install_browser() {
  command -v chromium >/dev/null && return 0
  install_missing chromium || echo "Chromium could not be installed; going on without it."
}

BUILD_PACKAGES=(
  g++ cmake ninja-build git ca-certificates
  libflatbuffers-dev flatbuffers-compiler flatbuffers-compiler-dev
  libeigen3-dev nlohmann-json3-dev libcxxopts-dev
  libboost-dev libboost-math-dev libssl-dev zlib1g-dev libhwy-dev libspng-dev libturbojpeg0-dev
  libzip-dev
)
TEST_PACKAGES=(
  libgtest-dev libgmock-dev libbenchmark-dev libvalijson-dev libxml2-utils
)
