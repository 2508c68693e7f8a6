import { fixedScript } from "../../connection/shell";

/** Packages by apt or dnf, from the distribution or from Docker's repository, with patience for whoever holds the package manager's lock. */
export const installScript = fixedScript`
patience=600
patient() {
  waited=0
  until logged "$@"; do
    tail -n 8 "$log" | grep -Eq 'Could not get lock|Unable to (lock|acquire)|is another process using it|Waiting for process' || return 1
    [ $waited -ge $patience ] && fail "another package manager has held its lock for $patience seconds"
    [ $waited = 0 ] && say progress "waiting for another package manager"
    sleep 5
    waited=$((waited + 5))
  done
}

install_packages() {
  packages=$(value packages)
  case $(value manager) in
    apt) with_apt ;;
    dnf)
      set -f
      version=$(value version)
      [ -z "$version" ] || packages="$packages-$version*"
      say progress "installing $packages"
      patient dnf -y -q install $packages || fail "dnf could not install $packages" ;;
    *) fail "unknown package manager" ;;
  esac
}

with_apt() {
  export DEBIAN_FRONTEND=noninteractive
  # What a killed run of dpkg left is finished first.
  patient dpkg --configure -a || fail "dpkg --configure -a failed"
  [ -n "$(value repository)" ] && add_repository
  say progress "reading package lists"
  patient apt-get -q update || fail "apt-get update failed"
  version=$(value version)
  if [ -n "$version" ]; then pin_version "$version"; fi
  say progress "installing $packages"
  patient apt-get -q -y -o Dpkg::Options::=--force-confold --no-install-recommends install $packages || fail "apt-get could not install $packages"
}

# The first package's newest version that begins so, its epoch left out of account; for its command line tools as well.
pin_version() {
  engine=\${packages%% *}
  exact=$(apt-cache madison "$engine" | awk -v wanted="$1" '{ v = $3; sub(/^[0-9]+:/, "", v); if (index(v, wanted) == 1) { print $3; exit } }')
  if [ -z "$exact" ]; then
    offered=$(apt-cache madison "$engine" | awk '{ print $3 }' | tr '\n' ' ')
    fail "no version of $engine begins with $1; on offer: $offered"
  fi
  pinned=
  for package in $packages; do
    case $package in
      "$engine" | "$engine-cli") pinned="$pinned $package=$exact" ;;
      *) pinned="$pinned $package" ;;
    esac
  done
  packages=$pinned
}

add_repository() {
  key="$root/etc/apt/keyrings/docker.asc"
  list="$root/etc/apt/sources.list.d/docker.list"
  if ! command -v curl > /dev/null; then
    patient apt-get -q update || fail "apt-get update failed"
    patient apt-get -q -y --no-install-recommends install ca-certificates curl || fail "apt-get could not install curl"
  fi
  mkdir -p "$root/etc/apt/keyrings" "$root/etc/apt/sources.list.d"
  must curl -fsSL --retry 3 -o "$key.drayage-new" "$(value repository)/gpg"
  printf '%s  %s\n' "$(value keyHash)" "$key.drayage-new" | logged sha256sum -c - || fail "the key of $(value repository) is not the one that drayage knows; nothing was installed from there"
  mv "$key.drayage-new" "$key"
  printf 'deb [arch=%s signed-by=%s] %s %s stable\n' "$(dpkg --print-architecture)" "$key" "$(value repository)" "$(value suite)" > "$list"
}
`;
