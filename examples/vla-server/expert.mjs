// A scripted expert in place of a network: it brings the tip above the object that the prompt names, then closes the gripper.
// Actions are [dx, dy, dz, 0, 0, 0, gripper] in metres; the gripper's number is 1 where it should be closed.
const aboveM = 0.15;
const stepM = 0.05;
const rows = 8;
// Near enough to close the gripper.
const closeM = 0.015;

/** `state`: tip x, y, z, orientation w, x, y, z, gripper opening. `objects`: name to [x, y, z]. */
export function act({ prompt, state, objects }) {
  const words = prompt.toLowerCase().replaceAll("_", " ");
  const name = Object.keys(objects).find((each) => words.includes(each.replaceAll("_", " ").toLowerCase()));
  if (name === undefined) return { actions: null, done: false };
  const target = [objects[name][0], objects[name][1], objects[name][2] + aboveM];
  const [, , , , , , , opening] = state;
  // Fingers on something as wide as a cube: it is held, and the goal is reached.
  const held = opening < 0.9 && Math.abs(state[0] - objects[name][0]) < 0.05 && Math.abs(state[1] - objects[name][1]) < 0.05;
  if (held) return { actions: null, done: true };
  const tip = [state[0], state[1], state[2]];
  const chunk = [];
  while (chunk.length < rows) {
    const delta = target.map((wanted, axis) => wanted - tip[axis]);
    const far = Math.hypot(...delta);
    const share = far > stepM ? stepM / far : 1;
    const step = delta.map((part) => part * share);
    for (const axis of [0, 1, 2]) tip[axis] += step[axis];
    chunk.push([...step, 0, 0, 0, far < closeM ? 1 : 0]);
    if (far < closeM) break;
  }
  return { actions: chunk, done: false };
}
