import { partialChannel, PERSON, ROLE } from "./guild.ts";
import { APPLICATION_ID, user } from "./message-store.ts";

/** Who asks, and where; else somebody of the team in a channel that not everyone can read. */
export interface From {
  readonly user?: string;
  readonly channel?: string;
  readonly roles?: readonly string[];
  readonly isAdmin?: boolean;
}

export interface OptionGiven {
  readonly name: string;
  readonly value: string | number | boolean;
  /** Being typed: for autocomplete. */
  readonly focused?: boolean;
}

interface Place {
  readonly id: string;
  readonly token: string;
  readonly guildId: string;
  readonly channelId: string;
  readonly from: From;
}

const TYPE = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
const OPTION_TYPE = { string: 3, number: 4, boolean: 5 } as const;

const ADMINISTRATOR = "8";

function interaction({ id, token, guildId, channelId, from }: Place, type: number, data: unknown) {
  const { user: person = PERSON.dana, roles = [ROLE.team], isAdmin = person === PERSON.kim } = from;
  return {
    id,
    token,
    type,
    data,
    version: 1,
    application_id: APPLICATION_ID,
    guild_id: guildId,
    channel_id: channelId,
    channel: partialChannel(guildId, channelId),
    member: {
      user: user(person, person === PERSON.kim ? "kim" : "dana"),
      roles,
      permissions: isAdmin ? ADMINISTRATOR : "0",
      joined_at: "2026-01-01T00:00:00.000Z",
      deaf: false,
      mute: false,
      flags: 0,
    },
    app_permissions: "0",
    locale: "en-US",
    guild_locale: "en-US",
    entitlements: [],
    authorizing_integration_owners: { 0: guildId },
    context: 0,
    attachment_size_limit: 10_485_760,
  };
}

/** `/metrics summary days:7` as Discord tells it; `focused` makes it the question for completions. */
export function commandInteraction(place: Place, path: readonly [string, string], options: readonly OptionGiven[]) {
  const [name, subcommand] = path;
  const given = options.map((option) => ({
    ...option,
    type: OPTION_TYPE[typeof option.value as keyof typeof OPTION_TYPE],
  }));
  const type = options.some(({ focused }) => focused === true) ? TYPE.autocomplete : TYPE.command;
  const data = { id: "800000000000000001", name, type: 1, options: [{ type: 1, name: subcommand, options: given }] };
  return interaction(place, type, data);
}

export function buttonInteraction(place: Place, customId: string, message: unknown) {
  return { ...interaction(place, TYPE.component, { custom_id: customId, component_type: 2 }), message };
}

export function menuInteraction(place: Place, customId: string, value: string, message: unknown) {
  const data = { custom_id: customId, component_type: 3, values: [value] };
  return { ...interaction(place, TYPE.component, data), message };
}

/** The command of that label in the menu of a message. */
export function messageCommandInteraction(place: Place, label: string, message: { readonly id: string }) {
  const resolved = { messages: { [message.id]: message } };
  const data = { id: "800000000000000002", name: label, type: 3, target_id: message.id, resolved };
  return interaction(place, TYPE.command, data);
}

export function modalInteraction(place: Place, submission: unknown) {
  return interaction(place, TYPE.modal, submission);
}
