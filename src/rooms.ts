import type { Config } from "./config.ts";
import { createAccess, type Access } from "./access/access.ts";
import { createIntake } from "./events/intake.ts";
import { countVerdicts, type CountingIntake } from "./events/verdict-counts.ts";
import { createVoider, type Voider } from "./events/void.ts";
import type { Foundation } from "./foundation.ts";
import { createDetails, type Details } from "./metrics/read/details.ts";
import { createOverviews, type Overviews } from "./metrics/read/overviews.ts";
import { createExporter, type Exporter } from "./metrics/export/exporter.ts";
import { createDataQuality, type DataQuality } from "./metrics/quality/data-quality.ts";
import { createReader, type Reader } from "./metrics/read/reader.ts";
import { createDesk, type Desk } from "./tickets/desk.ts";
import { createSurveys, type Surveys } from "./surveys/surveys.ts";
import { createRoller, type Roller } from "./metrics/rollup/roller.ts";

/** The rooms between the database and the edges, each made once. */
export interface Rooms {
  readonly intake: CountingIntake;
  readonly voider: Voider;
  readonly roller: Roller;
  readonly reader: Reader;
  readonly overviews: Overviews;
  readonly details: Details;
  readonly exporter: Exporter;
  readonly quality: DataQuality;
  readonly access: Access;
  readonly desk: Desk;
  readonly surveys: Surveys;
}

export function openRooms({ db, workspace, partitions, clock, log }: Foundation, config: Config): Rooms {
  const intake = countVerdicts(createIntake({ db, clock, workspace, partitions, log }));
  const voider = createVoider({ db, clock, workspace });
  const reader = createReader({ db, clock, workspace });
  return {
    intake,
    voider,
    roller: createRoller({ db, clock, workspace, log }),
    reader,
    overviews: createOverviews({ db, clock, workspace, reader }),
    details: createDetails({ db, clock, workspace }),
    quality: createDataQuality({ db }),
    exporter: createExporter({ db, clock, workspace, log }),
    access: createAccess({ db, clock, adminKey: config.ADMIN_KEY }),
    desk: createDesk({ db, clock, intake }),
    surveys: createSurveys({ db, intake, voider, clock, log }),
  };
}
