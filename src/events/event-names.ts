import { tidyId } from "./outside-id.ts";
import { rejected, type Rejection } from "./rejection.ts";
import type { AnyEvent } from "./schema/events.ts";

/**
 * The event with the names by which numbers are grouped in the form in which they are kept: without unseen characters around
 * them and in Unicode's composed form, as ids are. Names that look the same are one plan, one milestone, one service. What a
 * `track` event is called stays as it was sent.
 */
export function withTidyNames(event: AnyEvent): AnyEvent | Rejection {
  switch (event.type) {
    case "signup":
    case "revenue":
      return tidied(event, "plan", event.plan);
    case "activation":
      return tidied(event, "milestone", event.milestone);
    case "error":
      return tidied(event, "error_type", event.error_type);
    case "health_check": {
      const named = tidied(event, "service", event.service);
      return "verdict" in named ? named : tidied(named, "probe", event.probe);
    }
    default:
      return event;
  }
}

function tidied(event: AnyEvent, field: string, sent: string | null | undefined): AnyEvent | Rejection {
  if (sent === undefined || sent === null) return event;
  const name = tidyId(sent);
  if (name === "") return rejected("invalid_field", `\`${field}\` holds nothing but white space.`);
  return name === sent ? event : { ...event, [field]: name };
}
