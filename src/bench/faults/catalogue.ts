import { commandFaults, machineFaults, transportFaults } from "./command-faults.ts";
import { configurationFaults } from "./configuration-faults.ts";
import type { Fault } from "./fault.ts";
import { intentFaults } from "./intent-faults.ts";
import { sensingFaults } from "./sensing-faults.ts";
import { clockFaults, stopFaults } from "./stop-and-clock-faults.ts";

/** Every fault, in the order in which a command passes the seams. */
export const faults: readonly Fault[] = [
  ...configurationFaults,
  ...intentFaults,
  ...sensingFaults,
  ...clockFaults,
  ...commandFaults,
  ...transportFaults,
  ...machineFaults,
  ...stopFaults,
];
