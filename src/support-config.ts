import { z } from "zod";
import type { Subject } from "./bot/permission/policy.ts";
import type { Destination } from "./bot/platform.ts";
import type { SupportSettings } from "./bot/tickets/ticketing-parts.ts";
import { admins, destinationOf } from "./chat-config.ts";
import { wholeOrAbsent } from "./policy-config.ts";
import { readBusinessHours } from "./tickets/business-hours.ts";
import { DEFAULT_TARGETS, readTargets } from "./tickets/targets.ts";

const CLOSE_AFTER_DAYS = 7;

/** The variables of support tickets. */
export const SUPPORT_SETTINGS = {
  SUPPORT_TEAM: {
    about:
      "Who answers customers and works on tickets, by comma: people, user groups or roles. Without it, everyone of the team who is no guest.",
    example: "slack:S0123456789,discord:role:123456789012345678",
    schema: admins,
  },
  TICKET_CHANNEL: {
    about:
      "Channel in which new tickets are announced, with a link to their thread. Without it they are not announced.",
    example: "slack:C0123456789",
    schema: z
      .string()
      .refine(
        (value) => destinationOf(value) !== null,
        "must name a channel by its id, like slack:C0123456789 or discord:123456789012345678",
      )
      .optional(),
  },
  TICKET_TARGETS: {
    about:
      "How soon a ticket is to be answered and resolved, by priority; what is left out keeps its default (urgent 1h/8h, high 4h/1d, medium 8h/3d, low 1d/5d).",
    example: "urgent=30m/4h,low=2d/10d",
    schema: z
      .string()
      .refine(
        (value) => readTargets(value) !== null,
        "must be targets like urgent=30m/4h,low=2d/10d: answered/resolved",
      )
      .optional(),
  },
  BUSINESS_HOURS: {
    about: "When the team is at work, in TIMEZONE; targets count that time alone. Without it, around the clock.",
    example: "mon-fri 09:00-17:00",
    schema: z
      .string()
      .refine((value) => readBusinessHours(value, "UTC") !== null, "must be hours like mon-fri 09:00-17:00")
      .optional(),
  },
  TICKET_CLOSE_DAYS: {
    about: "Days of silence after which a resolved ticket is closed; 7 without it.",
    example: "7",
    schema: wholeOrAbsent(1, 365),
  },
};

interface SupportConfig {
  readonly SUPPORT_TEAM: readonly Subject[];
  readonly TICKET_CHANNEL?: string | undefined;
  readonly TICKET_TARGETS?: string | undefined;
  readonly BUSINESS_HOURS?: string | undefined;
  readonly TICKET_CLOSE_DAYS?: number | undefined;
}

export function supportSettingsOf(config: SupportConfig, timeZone: string): SupportSettings {
  const { TICKET_CHANNEL: channel, TICKET_TARGETS: targets, BUSINESS_HOURS: hours } = config;
  const announceIn: Destination | null = channel === undefined ? null : destinationOf(channel);
  return {
    team: config.SUPPORT_TEAM,
    announceIn,
    promises: {
      targets: (targets === undefined ? null : readTargets(targets)) ?? DEFAULT_TARGETS,
      hours: hours === undefined ? null : readBusinessHours(hours, timeZone),
    },
    closeAfterDays: config.TICKET_CLOSE_DAYS ?? CLOSE_AFTER_DAYS,
  };
}
