import { secondOfDay, type Company, type Happening } from "./company.ts";
import type { Random } from "./random.ts";

const SUBJECTS = {
  bug: ["Export fails for large teams", "Charts stay empty after login", "Webhook is delivered twice"],
  feature_request: ["Single sign-on for our team", "Export to a spreadsheet", "More roles"],
  billing: ["Invoice shows the old address", "Please move us to yearly billing"],
  general: ["How do I invite a colleague", "Where do I find my API key"],
} as const;

function at(day: number, second: number, afterHours: number): { day: number; second: number } {
  const total = second + Math.round(afterHours * 3600);
  return { day: day + Math.floor(total / 86_400), second: total % 86_400 };
}

/** Tickets opened on a day, with everything that becomes of them on later days. */
export function ticketsOf(
  company: Company,
  random: Random,
  day: number,
  season: number,
  trouble: boolean,
): Happening[] {
  const opened = random.poisson((0.5 + company.people.length / 1600) * season + (trouble ? 7 : 0));
  return Array.from({ length: opened }, () => {
    company.ticketsOpened += 1;
    const ticket = `demo-${company.ticketsOpened}`;
    const person = company.people[Math.floor(random.next() * company.people.length)];
    const category = trouble ? "bug" : random.weighted({ bug: 40, general: 30, feature_request: 18, billing: 12 });
    const subjects = SUBJECTS[category];
    const second = secondOfDay(random);
    const tell = (
      when: { day: number; second: number },
      fields: Readonly<Record<string, unknown>> & { readonly action: string },
    ): Happening => ({
      ...when,
      id: `ticket-${ticket}-${fields.action}-${when.day}-${when.second}`,
      event: { type: "ticket", ticket_id: ticket, ...fields },
    });
    const answeredAfter = random.around(1.6, 0.9);
    const resolvedAfter = answeredAfter + random.around(14, 1.1);
    const story = [
      tell(
        { day, second },
        {
          action: "opened",
          user_id: person?.id ?? "user_1",
          team_id: person?.account.id ?? "team_1",
          subject: subjects[random.whole(0, subjects.length - 1)],
          category,
          priority: random.weighted({ urgent: trouble ? 30 : 4, high: 18, medium: 60, low: 18 }),
          by: "customer",
        },
      ),
      tell(at(day, second, answeredAfter), { action: "replied", by: "agent" }),
    ];
    if (random.chance(0.06)) {
      const daysOpen = 5 + (company.ticketsOpened % 21);
      story.push(tell(at(day, second, 24 * daysOpen), { action: "resolved", by: "agent" }));
      return story;
    }
    story.push(tell(at(day, second, resolvedAfter), { action: "resolved", by: "agent" }));
    if (random.chance(0.05)) {
      story.push(tell(at(day, second, resolvedAfter + 20), { action: "reopened", by: "customer" }));
      story.push(tell(at(day, second, resolvedAfter + 46), { action: "resolved", by: "agent" }));
    }
    return story;
  }).flat();
}
