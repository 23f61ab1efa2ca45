/**
 * Advisory locks of the database layer, as PostgreSQL's pairs of integers. The first number keeps
 * them apart from the locks that other rooms take.
 */
const DATABASE_LAYER = 16_983;

export const LOCKS = {
  migrations: [DATABASE_LAYER, 1],
  partitions: [DATABASE_LAYER, 2],
  /** Held for as long as a process owns an embedded server's folder. */
  embeddedOwner: [DATABASE_LAYER, 3],
} as const;
