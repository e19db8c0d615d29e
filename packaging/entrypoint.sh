#!/bin/sh
# Starts vanthu with secrets that are files: where NAME_FILE names one, NAME becomes its first line.
# The password of PostgreSQL needs none of this: PGPASSFILE is a file already.
set -eu

for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; do
  eval "file=\${${name}_FILE:-}"
  [ -n "$file" ] || continue
  value=
  # A last line without an end is a line too.
  read -r value <"$file" || [ -n "$value" ] || { echo "$file: no first line" >&2; exit 2; }
  export "$name=$value"
  unset "${name}_FILE"
done

exec vanthu "$@"
