import { Problem } from "../../core/problem.ts";
import { Temporal } from "../../core/time.ts";
import type { SurveySchedule } from "../../surveys/schedule-store.ts";
import { nextWave, type WavePlan } from "../../surveys/waves.ts";
import { defineCommand, type Command, type Invocation } from "../command.ts";
import type { Message } from "../message.ts";
import { MANAGES } from "../permission/need.ts";
import type { Subject } from "../permission/policy.ts";
import { readReference, referenceText } from "../permission/reference.ts";
import { quotation } from "../quotation.ts";
import { momentText } from "../surveys/question.ts";
import type { Target } from "../surveys/target.ts";
import type { AskingContext } from "./context.ts";
import { actorOf, askedOptions, meant } from "./nps-ask.ts";

type ScheduleParts = Pick<AskingContext, "waves" | "workspace" | "clock">;

const RHYTHMS = ["monthly", "quarterly", "weekly"] as const;
const MOST_SCHEDULES = 50;

/** Surveys that come again, until they are stopped. */
export function createNpsSchedules(parts: ScheduleParts): Command[] {
  return [createSchedule(parts), createWaves(parts), createStop(parts)];
}

function createSchedule(parts: ScheduleParts): Command {
  return defineCommand({
    path: ["nps", "schedule"],
    description: "ask again and again: monthly, quarterly, or every so many weeks",
    options: {
      every: {
        kind: "choice",
        description: "how often; with `weeks`, weekly is every so many weeks",
        choices: RHYTHMS,
      },
      ...askedOptions,
      weeks: { kind: "integer", description: "weekly only: every so many weeks", min: 1, max: 52, fallback: 1 },
      start: { kind: "date", description: "the day from which it is counted", fallback: "today" },
      at: { kind: "text", description: "when, as 09:30", longest: 60, fallback: "10:00" },
    },
    access: () => MANAGES,
    async run({ every, where, days, question, weeks, start, at }, invocation) {
      const { workspace, clock, waves } = parts;
      const today = clock.now().toZonedDateTimeISO(workspace.timeZone).toPlainDate();
      if ((await waves.active()).length >= MOST_SCHEDULES)
        throw new Problem("too_many_schedules", 409, `There are ${MOST_SCHEDULES} already.`, {
          next: stopWith(invocation),
        });
      const schedule = await waves.add({
        question,
        whom: namesOf(meant(where, invocation)),
        days,
        unit: every === "weekly" ? "week" : "month",
        every: every === "weekly" ? weeks : every === "quarterly" ? 3 : 1,
        startsOn: dayNamed(start, today),
        at: timeNamed(at),
        createdBy: actorOf(invocation),
      });
      return { message: await madeMessage(schedule, invocation, parts), data: dataOf(schedule, parts) };
    },
  });
}

function namesOf(target: Target): string[] {
  const subjects = target.kind === "people" ? target.whom : [target];
  return subjects.map(referenceText);
}

function dayNamed(day: string, today: Temporal.PlainDate): Temporal.PlainDate {
  if (day === "today") return today;
  return day === "yesterday" ? today.subtract({ days: 1 }) : Temporal.PlainDate.from(day);
}

/** "9:30" and "09:30" as "09:30". */
function timeNamed(typed: string): string {
  const [, hour = "", minute = ""] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(typed) ?? [];
  if (hour !== "") return `${hour.padStart(2, "0")}:${minute}`;
  throw new Problem("not_understood", 400, `\`at\` must be a time like \`09:30\`; you wrote ${quotation(typed)}.`);
}

function stopWith({ prefix }: Invocation): string {
  return `\`${prefix}nps stop 1\` ends the one with that number; \`${prefix}nps waves\` lists them.`;
}

async function madeMessage(schedule: SurveySchedule, invocation: Invocation, parts: ScheduleParts): Promise<Message> {
  const { scheduleNo } = schedule;
  const whom = await whomText(schedule, invocation);
  const text = `Done: ${whom} will be asked ${rhythmText(schedule)}, first ${nextText(schedule, parts)}.`;
  const alone = "Nobody is asked alone who was asked alone or answered in the 90 days before.";
  return {
    tone: "good",
    blocks: [
      { kind: "text", text },
      { kind: "buttons", buttons: [{ label: "Stop", command: `nps stop ${scheduleNo}` }] },
      { kind: "note", text: `number ${scheduleNo} · ${alone}` },
    ],
  };
}

function nextText(schedule: SurveySchedule, { workspace: { timeZone }, clock }: ScheduleParts): string {
  return momentText(nextWave(schedule, clock.now(), timeZone).dueAt, timeZone);
}

/** "every month", "every 6 weeks" */
function rhythmText({ unit, every }: Pick<WavePlan, "unit" | "every">): string {
  return every === 1 ? `every ${unit}` : `every ${every} ${unit}s`;
}

async function whomText({ whom }: SurveySchedule, { nameOf }: Invocation): Promise<string> {
  const subjects = whom.map(readReference).filter((one): one is Subject => one !== null);
  return (await Promise.all(subjects.map((subject) => nameOf(subject)))).join(", ");
}

function dataOf(schedule: SurveySchedule, { workspace, clock }: ScheduleParts) {
  const { scheduleNo, question, whom, days, unit, every, startsOn, at, lastWaveOn, lastWave } = schedule;
  return {
    number: scheduleNo,
    question,
    whom,
    days,
    unit,
    every,
    starts_on: startsOn.toString(),
    at,
    last_wave_on: lastWaveOn?.toString() ?? null,
    last_wave: lastWave,
    next_at: nextWave(schedule, clock.now(), workspace.timeZone).dueAt.toString(),
  };
}

function createWaves(parts: ScheduleParts): Command {
  return defineCommand({
    path: ["nps", "waves"],
    description: "the surveys that come again",
    options: {},
    access: () => MANAGES,
    async run(_, invocation) {
      const schedules = await parts.waves.active();
      const rows = await Promise.all(
        schedules.map(async (schedule) => [
          String(schedule.scheduleNo),
          rhythmText(schedule),
          await whomText(schedule, invocation),
          lastText(schedule),
          nextText(schedule, parts),
          schedule.question,
        ]),
      );
      return {
        message: wavesMessage(rows, invocation.prefix),
        data: schedules.map((schedule) => dataOf(schedule, parts)),
      };
    },
  });
}

function lastText({ lastWave, lastWaveOn }: SurveySchedule): string {
  switch (lastWave) {
    case null:
      return "none yet";
    case "asked":
      return `${lastWaveOn?.toString() ?? ""}: asked`;
    case "nobody":
      return `${lastWaveOn?.toString() ?? ""}: nobody to ask`;
    case "late":
      return `${lastWaveOn?.toString() ?? ""}: left out, a week late`;
  }
}

function wavesMessage(rows: readonly string[][], prefix: string): Message {
  if (rows.length === 0) {
    const text = `No survey comes again. \`${prefix}nps schedule monthly\` asks this channel every month.`;
    return { tone: "neutral", blocks: [{ kind: "text", text }] };
  }
  const columns = ["number", "how often", "whom", "last", "next", "question"].map(
    (label) => ({ label, align: "left" }) as const,
  );
  return { title: "Surveys that come again", tone: "neutral", blocks: [{ kind: "table", columns, rows }] };
}

function createStop({ waves }: ScheduleParts): Command {
  return defineCommand({
    path: ["nps", "stop"],
    description: "ask no further waves of a survey that comes again",
    options: { number: { kind: "integer", description: "as `nps waves` shows it", min: 1, max: 1_000_000 } },
    access: () => MANAGES,
    async run({ number }, invocation) {
      if (!(await waves.stop(number, actorOf(invocation))))
        throw new Problem("unknown_schedule", 404, `No survey with the number ${number} comes again.`, {
          next: `\`${invocation.prefix}nps waves\` lists them.`,
        });
      const text = "Stopped: it is not asked again. A wave that is open goes on until its end.";
      return { message: { tone: "good", blocks: [{ kind: "text", text }] }, data: { number, stopped: true } };
    },
  });
}
