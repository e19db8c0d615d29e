#!/bin/sh
# Verifies the register and the trail of every office in the folder OFFICES against what the last run kept in the
# folder KEPT, and keeps what they are now. KEPT belongs on another machine than the database: only against something
# that was kept elsewhere does it show that an older state of the whole was put back.
#
# usage: verify.sh OFFICES KEPT
#
# Ends with 1 where anything was changed, removed or put back, or could not be verified; what was kept of that office
# stays as it was.
set -u

[ $# = 2 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
offices=$1 kept=$2 failed=0 seen=0

for config in "$offices"/vanthu.toml "$offices"/*/vanthu.toml; do
  [ -f "$config" ] || continue
  office=${config%/vanthu.toml}
  name=$(basename "$(realpath "$office")")
  checkpoint=$kept/$name.checkpoint head=$kept/$name.head

  seen=$((seen + 1))
  echo "$name"

  set --
  [ ! -f "$checkpoint" ] || set -- --checkpoint "$checkpoint"
  vanthu register verify --office "$office" "$@"
  # 7 tells of things that a person should look at: gaps, documents that are dated back.
  case $? in
    0 | 7)
      # An empty register, which has no checkpoint yet, says 7 here too.
      vanthu register checkpoint --office "$office" --force --output "$checkpoint" || [ $? = 7 ] || failed=1 ;;
    *) echo "$name: the register does not hold" >&2; failed=1 ;;
  esac

  set --
  [ ! -f "$head" ] || set -- --head "$(cat "$head")"
  if now=$(vanthu trail verify --office "$office" "$@") && [ -n "$now" ]; then
    printf '%s\n' "$now" >"$head.new" && mv "$head.new" "$head" || failed=1
  else
    echo "$name: the trail does not hold" >&2; failed=1
  fi
done

[ $seen -gt 0 ] || { echo "$offices: no office" >&2; exit 1; }
exit $failed
