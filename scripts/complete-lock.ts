/**
 * Completes package-lock.json, or the one named, after `npm install`. A registry that serves only one platform's builds makes npm leave out the other
 * platforms' optional packages, and `npm ci` then refuses the lock. This adds an entry for each, with its version and platform
 * only: no integrity, because nothing was downloaded. They are never installed here, and npm fills them in where they are.
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";

interface LockPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}
interface Lock {
  packages: Record<string, LockPackage>;
}

const operatingSystems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64", "wasm32"];

const lockFile = process.argv[2] ?? "package-lock.json";
const lock: Lock = JSON.parse(readFileSync(lockFile, "utf8"));
let added = 0;
for (const [at, holder] of Object.entries(lock.packages))
  for (const [name, range] of Object.entries(holder.optionalDependencies ?? {})) {
    if (resolves(at, name)) continue;
    const words = name.split(/[-/]/);
    const os = operatingSystems.filter((word) => words.includes(word));
    const cpu = processors.filter((word) => words.includes(word));
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ""),
      ...(holder.dev === true ? { dev: true } : {}),
      optional: true,
      ...(os.length > 0 ? { os } : {}),
      ...(cpu.length > 0 ? { cpu } : {}),
    };
    added += 1;
  }
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(lockFile, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
console.log(`${lockFile}: ${added} entries added for platforms that this registry does not serve`);

/** Walks up node_modules as Node does. */
function resolves(from: string, name: string): boolean {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    if (`${at === "" ? "" : `${at}/`}node_modules/${name}` in lock.packages) return true;
    if (at === "") return false;
  }
}
