/** Bytes that are held in memory for others, all together. */
export interface ByteBudget {
  open(): HeldBytes;
  /** Whether as many more fit. */
  hasRoomFor(bytes: number): boolean;
}

export interface HeldBytes {
  /** False when they do not fit; they are then not held. */
  add(bytes: number): boolean;
  /** Gives all of them back; may be called again. */
  release(): void;
}

export function createByteBudget(most: number): ByteBudget {
  let held = 0;
  const hasRoomFor = (bytes: number) => held + bytes <= most;
  return {
    hasRoomFor,
    open() {
      let mine = 0;
      return {
        add(bytes) {
          if (!hasRoomFor(bytes)) return false;
          held += bytes;
          mine += bytes;
          return true;
        },
        release() {
          held -= mine;
          mine = 0;
        },
      };
    },
  };
}
