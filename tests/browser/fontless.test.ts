import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** Runs a program where the folder of the machine's fonts is empty; answers what it prints. */
function withoutFonts(program: string): string {
  const shell = 'mount -t tmpfs none /usr/share/fonts && exec "$0" --import tsx --input-type=module --eval "$1"';
  const [command, ...words] = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", shell] as const;
  return execFileSync(command, [...words, process.execPath, program], { encoding: "utf8" });
}

const PROGRAM = `
  import { createCanvas, GlobalFonts } from "@napi-rs/canvas";
  import { FONT_FAMILY, registerFonts } from "./src/charts/fonts.ts";
  const families = GlobalFonts.families.length;
  const ink = () => {
    const context = createCanvas(400, 60).getContext("2d");
    context.font = "24px " + FONT_FAMILY;
    context.fillText("MRR $16,412 Выручка", 5, 40);
    return context.getImageData(0, 0, 400, 60).data.filter((part, index) => index % 4 === 3 && part > 0).length;
  };
  const before = ink();
  registerFonts();
  process.stdout.write(JSON.stringify({ families, before, after: ink() }));`;

test("on a machine without fonts text is drawn, and would not be without the bundled font", () => {
  const { families, before, after } = JSON.parse(withoutFonts(PROGRAM));
  expect(families).toBe(0);
  expect(before).toBe(0);
  expect(after).toBeGreaterThan(1_000);
});
