#!/usr/bin/env bash
# keep-traffic.sh SERVICE FILE REGION: writes into FILE which revision of SERVICE serves now, so that
# replacing the service leaves all traffic there and gives the new revision a tag alone.
set -euo pipefail
service=$1 file=$2 region=$3

serving=$(bash "$(dirname "$0")/serving-revision.sh" "$service" "$region")

if [ -n "$serving" ]; then
  sed -i "s/SERVING_REVISION/$serving/" "$file"
  echo "$service: $serving keeps the traffic"
else
  # Its first revision has nobody to replace, and somebody must have the traffic.
  sed -i -e '/revisionName: SERVING_REVISION/,/percent: 100/d' -e 's/percent: 0$/percent: 100/' "$file"
  echo "$service: its first revision"
fi
