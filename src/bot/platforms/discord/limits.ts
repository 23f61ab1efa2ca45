/** What Discord takes, in UTF-16 units unless said. https://discord.com/developers/docs/resources/message */
export const LIMITS = {
  embedTitle: 256,
  embedDescription: 4096,
  /** Discord takes 2048; title, description and footer together must stay below 6000. */
  embedFooter: 1024,
  embeds: 10,
  files: 10,
  /** Of each file, where the server has no more. */
  fileBytes: 10 * 1024 ** 2,
  attachmentDescription: 1024,
  buttonLabel: 80,
  customId: 100,
  buttonsInRow: 5,
  rows: 5,
  menuLabel: 150,
  commandDescription: 100,
  optionText: 6000,
  choices: 25,
  choiceName: 100,
  nonce: 25,
  modalTitle: 45,
  modalInputs: 5,
  modalLabel: 45,
  modalHint: 100,
  modalText: 4000,
} as const;

/** Discord waits 3 s. */
export const ACKNOWLEDGE_MS = 2_800;

/** What stands before a command. */
export const PREFIX = "/";

/** One line of a list: a label or a value of 500 characters does not push the others out. */
export const LINE = { label: 160, value: 300, detail: 400, cell: 700 } as const;
