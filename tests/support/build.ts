import { execFileSync } from "node:child_process";

/** Tests that start the real program start what `npm start` would: the build. */
export default function build(): void {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
    stdio: "inherit",
  });
}
