#!/usr/bin/env bash
# keep-traffic.sh SERVICE FILE REGION: writes into FILE which revision of SERVICE serves now, so that
# replacing the service leaves all traffic there and gives the new revision a tag alone.
set -euo pipefail
service=$1 file=$2 region=$3

# A list, for which a service that does not exist yet is no failure, and a missing permission is one.
serving=$(gcloud run services list --region="$region" --filter="metadata.name=$service" \
  --flatten='status.traffic[]' \
  --format='csv[no-heading](status.traffic.percent,status.traffic.revisionName)' |
  sort -t, -k1,1rn | sed -n '1s/^[0-9][0-9]*,//p')

if [ -n "$serving" ]; then
  sed -i "s/SERVING_REVISION/$serving/" "$file"
  echo "$service: $serving keeps the traffic"
else
  # Its first revision has nobody to replace, and somebody must have the traffic.
  sed -i -e '/revisionName: SERVING_REVISION/,/percent: 100/d' -e 's/percent: 0$/percent: 100/' "$file"
  echo "$service: its first revision"
fi
