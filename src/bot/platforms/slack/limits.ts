/** What Slack accepts at most. Characters are UTF-16 code units. */
export const LIMITS = {
  blocks: 50,
  headerText: 150,
  contextText: 2_000,
  contextElements: 10,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  imageAltText: 2_000,
  /** Of one element; Slack names no limit for rich text, so that of a section counts. */
  richText: 3_000,
  /** Over all blocks; above some 13,000 Slack answers `msg_blocks_too_long`. */
  allText: 11_000,
  fallbackText: 3_000,
  viewTitle: 24,
  viewSubmit: 24,
  viewBlocks: 100,
  inputLabel: 2_000,
  inputHint: 2_000,
  inputText: 3_000,
  options: 100,
  optionText: 75,
  optionValue: 150,
  menuLabel: 150,
  actionId: 255,
  metadata: 3_000,
  /** Of charts that Slack draws. */
  charts: 2,
  chartTitle: 50,
  /** Slack's documentation says 6, older lists 12. */
  chartSeries: 6,
  chartCategories: 20,
  /** Of a series' name too. */
  chartLabel: 20,
  chartDecimals: 2,
  /** Ours: a file is held in memory until Slack has it. */
  fileBytes: 25 * 1024 ** 2,
  /** Ours: more pictures in one message are told in words. */
  pictures: 4,
} as const;
