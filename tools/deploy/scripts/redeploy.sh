#!/usr/bin/env bash
# redeploy.sh SERVICE FILE REGION: the image that serves for SERVICE, with the wiring that FILE has now, and all
# traffic at once. For a rotated password: between it and the new revision nobody can log in.
set -euo pipefail
service=$1 file=$2 region=$3

# Not the service's own template: that is the newest revision's, which may be a candidate that failed.
serving=$(bash "$(dirname "$0")/serving-revision.sh" "$service" "$region")
[ -n "$serving" ] || { echo "no revision of $service serves in $region" >&2; exit 1; }
image=$(gcloud run revisions describe "$serving" --region="$region" \
  --format='value(spec.containers[0].image)')
[[ $image == *:* && $image != *@* ]] || { echo "$serving runs no image with a tag" >&2; exit 1; }
filled=$(mktemp)
trap 'rm -f "$filled"' EXIT
sed -e "s/BUILD_SHA/${image##*:}/" -e '/revisionName: SERVING_REVISION/,/percent: 100/d' \
  -e 's/percent: 0$/percent: 100/' "$file" >"$filled"
gcloud run services replace "$filled" --region="$region"
