#!/bin/bash
# Asks the service in this container for PATH (/healthz, /readyz) and ends with 0 where it answers 200.
# Debian's slim image has no curl, and bash can speak HTTP well enough for this.
set -euo pipefail

path=${1:-/healthz} port=${2:-8080}
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET %s HTTP/1.0\r\n\r\n' "$path" >&3
read -r -t 5 _ status _ <&3
[ "$status" = 200 ]
