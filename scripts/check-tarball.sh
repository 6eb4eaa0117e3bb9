#!/usr/bin/env bash
# Packs the package, installs it in an empty folder as a user would, and runs the demo there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$root" && npm pack --silent --pack-destination "$work" >/dev/null)
cd "$work"
printf '{"name":"elsewhere","private":true}' > package.json
npm install --silent --no-audit --no-fund ./clearance-*.tgz
npx clearance --version
npx clearance doctor
npx clearance demo --trace demo.jsonl
npx clearance trace verify demo.jsonl
