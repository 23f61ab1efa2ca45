import fc from "fast-check";

/** The same random cases in each run, so that a red run means a change; `FAST_CHECK_SEED` takes another number, or `random`. */
const wanted = process.env["FAST_CHECK_SEED"] ?? "20261123";
if (wanted !== "random") fc.configureGlobal({ seed: Number(wanted) });
