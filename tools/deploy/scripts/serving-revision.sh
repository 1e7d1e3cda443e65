#!/usr/bin/env bash
# serving-revision.sh SERVICE REGION: the revision that has most of the traffic; nothing while there is none.
set -euo pipefail

# A list, for which a service that does not exist yet is no failure, and a missing permission is one.
gcloud run services list --region="$2" --filter="metadata.name=$1" --flatten='status.traffic[]' \
  --format='csv[no-heading](status.traffic.percent,status.traffic.revisionName)' |
  sort -t, -k1,1rn | sed -n '1s/^[0-9][0-9]*,//p'
