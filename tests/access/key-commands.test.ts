import { expect, test } from "vitest";
import { keys } from "../../src/operations/keys.ts";
import type { OperationParts } from "../../src/operations/operation.ts";

test.each([
  [["create"], "Say what the key may do: --scope ingest|read|admin."],
  [["create", "--scope", "banana"], "Say what the key may do: --scope ingest|read|admin. You wrote `banana`."],
])("keys %j says which scopes there are, and what was written", async (words, complaint) => {
  expect(await keys.run(words, { rooms: {} } as unknown as OperationParts)).toMatchObject({
    ok: false,
    text: complaint,
  });
});
