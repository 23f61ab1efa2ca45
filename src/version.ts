import { readFileSync } from "node:fs";

/** That of the package, which lies one level above `src` and `dist` alike. */
export function versionOfPackage(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
