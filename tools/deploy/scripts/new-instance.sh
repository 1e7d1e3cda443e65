#!/usr/bin/env bash
# new-instance.sh FOLDER REGION: gives the service FP_SERVICE of the fleet a new revision that differs in a
# label alone, and so a new instance. `fp verify --restart-command` runs it between writing and reading.
set -euo pipefail
folder=$1 region=$2

file=$(grep -l "fusion-prime-service: $FP_SERVICE\$" "$folder"/*.yaml)
sed -i "s/fusion-prime-instance: .*/fusion-prime-instance: proof-$(date +%s)/" "$file"
gcloud run services replace "$file" --region="$region"
