import { z } from "zod";

/** Fields of answers; null is no data. */
export const count = z.number().int().nonnegative().nullable();
export const percent = z.number().nullable().meta({ description: "percent, 0-100" });
export const money = z.number().nullable().meta({ description: "major units of the workspace currency" });
export const milliseconds = z.number().nonnegative().nullable().meta({ description: "milliseconds" });
export const isoDate = z.iso.date();
export const plainCount = z.number().int().nonnegative();
