/** An inbox that remembers nothing. */
export const allIsNews = async () => true;

/** One that does, for any number of instances that share it. */
export function createMemory(): (eventId: string) => Promise<boolean> {
  const seen = new Set<string>();
  return async (id) => !seen.has(id) && seen.add(id) !== undefined;
}
