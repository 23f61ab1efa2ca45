#!/usr/bin/env node
// The one command of the installed package: `bellwether start [--demo]` is the service, everything else a command.
const [, , first] = process.argv;

if (first === "start") {
  process.argv.splice(2, 1);
  await import("./main.ts");
} else {
  await import("./cli.ts");
}
