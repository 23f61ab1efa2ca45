import { execFileSync } from "node:child_process";

/** Tests that start the real program start what `npm start` would: the build. */
export default function build(): void {
  execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
}
