#!/usr/bin/env bash
# candidate-url.sh SERVICE REGION: the address of the revision that is tagged `candidate`.
set -euo pipefail

url=$(gcloud run services describe "$1" --region="$2" --flatten='status.traffic[]' \
  --format='csv[no-heading](status.traffic.tag,status.traffic.url)' | sed -n 's/^candidate,//p')
[ -n "$url" ] || { echo "$1 has no revision tagged candidate in $2" >&2; exit 1; }
echo "$url"
