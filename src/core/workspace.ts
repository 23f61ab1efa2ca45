/** What a workspace decides once, at its first start; every number depends on it. */
export interface Workspace {
  /** IANA zone in which days begin and end. */
  readonly timeZone: string;
  /** ISO 4217 code in which money is shown. */
  readonly currency: string;
  /** Days a person has, after signing up, to become activated. */
  readonly activationDays: number;
}
