import { z } from "zod";

/** A setting that is off unless it says `true`. */
export const yesOrNo = z
  .enum(["true", "false"], "must be true or false")
  .optional()
  .transform((value) => value === "true");
