#!/usr/bin/env bash
# redeploy.sh SERVICE FILE REGION: the image that SERVICE runs, with the wiring that FILE has now, and all
# traffic at once. For a rotated password: between it and the new revision nobody can log in.
set -euo pipefail
service=$1 file=$2 region=$3

image=$(gcloud run services describe "$service" --region="$region" \
  --format='value(spec.template.spec.containers[0].image)')
[[ $image == *:* ]] || { echo "$service runs no image with a tag" >&2; exit 1; }
filled=$(mktemp)
trap 'rm -f "$filled"' EXIT
sed -e "s/BUILD_SHA/${image##*:}/" -e '/revisionName: SERVING_REVISION/,/percent: 100/d' \
  -e 's/percent: 0$/percent: 100/' "$file" >"$filled"
gcloud run services replace "$filled" --region="$region"
