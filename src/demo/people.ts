import { secondOfDay, type Account, type Company, type Happening, type Person } from "./company.ts";
import type { Random } from "./random.ts";

const FIRST_DAY_PEOPLE = 60;

function newPerson(company: Company, random: Random, day: number): Person {
  const joins = company.accounts.length > 0 && random.chance(0.45);
  const account: Account = joins
    ? (company.accounts[Math.floor(company.accounts.length * (1 - random.next() ** 2))] ?? newAccount(company))
    : newAccount(company);
  const person = { id: `user_${company.people.length + 1}`, account, joinedOn: day, habit: random.next() ** 2.2 };
  company.people.push(person);
  return person;
}

function newAccount(company: Company): Account {
  const account: Account = { id: `team_${company.accounts.length + 1}`, plan: "free", seats: 1, paidSince: null };
  company.accounts.push(account);
  return account;
}

/** Sign-ups of a day, with the steps that most of them take next. */
export function signupsOf(company: Company, random: Random, day: number, season: number): Happening[] {
  const growth = 5 + (day / 365) * 9;
  const count = day === 0 ? FIRST_DAY_PEOPLE : random.poisson(growth * (0.35 + 0.65 * season));
  return Array.from({ length: count }, () => newPerson(company, random, day)).flatMap((person) => {
    const second = secondOfDay(random);
    const who = { user_id: person.id, team_id: person.account.id };
    const signup: Happening = {
      day,
      second,
      id: `signup-${person.id}`,
      event: { type: "signup", ...who, plan: "free" },
    };
    if (!random.chance(0.74)) return [signup];
    const later = Math.floor(random.around(0.05, 2));
    return [
      signup,
      {
        day: day + Math.min(later, 20),
        second: later === 0 ? Math.min(86_399, second + random.whole(60, 5_000)) : secondOfDay(random),
        id: `profile-${person.id}`,
        event: { type: "activation", ...who, milestone: "profile_completed" },
      },
    ];
  });
}

const WORDS = {
  good: ["Saves us hours each week", "The agents just work", "Support answered within minutes", "Easy to set up"],
  middling: ["Good, but exports are slow", "Docs could say more", "We miss SSO"],
  bad: ["Too expensive for what we use", "The outage cost us a morning", "Hard to see what an agent did"],
} as const;

/** Answers to the question asked of a few people each weekday. */
export function answersOf(company: Company, random: Random, day: number, season: number): Happening[] {
  const asked = random.poisson(2.4 * season);
  const settled = company.people.filter((person) => day - person.joinedOn > 14 && person.habit > 0.2);
  return Array.from({ length: Math.min(asked, settled.length) }, (_, index) => {
    const person = settled[Math.floor(random.next() * settled.length)];
    const mood = random.next() * 0.62 + (person?.habit ?? 0.5) * 0.5;
    const score = Math.max(0, Math.min(10, Math.round(4.7 + mood * 6.6)));
    const words = score >= 9 ? WORDS.good : score >= 7 ? WORDS.middling : WORDS.bad;
    return {
      day,
      second: secondOfDay(random),
      id: `nps-${day}-${index}`,
      event: {
        type: "nps",
        user_id: person?.id ?? "user_1",
        score,
        ...(random.chance(0.3) ? { feedback: words[random.whole(0, words.length - 1)] } : {}),
      },
    };
  });
}
