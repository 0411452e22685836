import { describe } from "@jest/globals";
import { hasMysql, startMysql } from "../../../packages/mode-database/test/own-mysql.ts";
import { fault } from "./fault.ts";
import { restartUnderLoad } from "./restarts.ts";
import type { RestartScale } from "./restarts.ts";

const there = hasMysql || process.env["CI"] === "true";

(there ? describe : describe.skip)("a server over MariaDB", () => {
  fault<RestartScale>(
    "restarts of the database under load",
    { short: { times: 1, clients: 4 }, long: { times: 20, clients: 16 } },
    async (scale, report) => {
      await using mysql = await startMysql();
      await restartUnderLoad(mysql, scale, report);
    },
  );
});
