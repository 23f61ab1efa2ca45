/** Why a file cannot be imported as it is: one sentence for the cause, with its line, and one for what to do. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}
