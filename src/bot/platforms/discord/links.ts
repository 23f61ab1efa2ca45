import { Routes, type APIChannel, type REST } from "discord.js";
import type { Attempt, MessageRef } from "../../conversation.ts";
import { attempt } from "./failures.ts";
import { placeOf } from "./posting.ts";

export async function linkTo(ref: MessageRef, rest: REST): Promise<Attempt<string>> {
  return attempt(async () => {
    const channel = (await rest.get(Routes.channel(placeOf(ref)))) as APIChannel;
    const server = "guild_id" in channel ? channel.guild_id : "@me";
    return `https://discord.com/channels/${server}/${channel.id}/${ref.id}`;
  });
}
