import { backendConformance } from "../../../test/backend-conformance.ts";
import type { OpenedBackend } from "../../../test/backend-conformance.ts";
import { modelText, openScene, openTable, worldFile } from "./testing/scenes.ts";
import type { Driver } from "./testing/scenes.ts";

/** Servos track within a tenth of a millimetre at the tip and settle in a fifth of a second. */
const physical = { periodMs: 10, settleMs: 200, positionToleranceRad: 2e-4, restSpeedRadPerS: 2e-3, openingTolerance: 0.01 };

async function opened(driver: Promise<Driver>): Promise<OpenedBackend> {
  const { backend } = await driver;
  return { backend, robot: backend.robot };
}

backendConformance("MuJoCo arm at the table", () => opened(openTable()), physical);
backendConformance("MuJoCo arm without a gripper", () => opened(openTable({ gripper: false })), physical);
backendConformance(
  "MuJoCo gantry with suction",
  () => opened(openScene({ model: { xml: modelText("gantry/gantry.xml") }, world: worldFile("gantry-default") })),
  physical,
);
