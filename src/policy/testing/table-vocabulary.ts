import { armDirections, type Vocabulary } from "../language/vocabulary.ts";

/** The table world that the package ships with, as words. */
export const tableVocabulary: Vocabulary = {
  objects: [
    { name: "red_cube", aliases: ["red cube", "red block", "red box"] },
    { name: "green_cube", aliases: ["green cube", "green block", "green box"] },
    { name: "blue_cube", aliases: ["blue cube", "blue block", "blue box"] },
  ],
  places: [
    { name: "bin", aliases: ["bin", "box", "container", "tray"], positionM: [0.45, -0.35, 0.008] },
    { name: "home", aliases: ["home", "ready"], positionM: [0.307, 0, 0.46] },
    { name: "left spot", aliases: ["left spot", "left", "the left"], positionM: [0.35, 0.25, 0] },
    { name: "right spot", aliases: ["right spot", "right", "the right"], positionM: [0.6, -0.15, 0] },
    { name: "middle", aliases: ["middle", "centre", "center"], positionM: [0.5, 0, 0] },
  ],
  robotHasGripper: true,
  joints: ["joint1", "joint2", "joint3", "joint4", "joint5", "joint6", "joint7"],
  directions: armDirections,
};

/** The gantry of the reference: no gripper, a tool that is switched, and its own idea of left and forward. */
export const gantryVocabulary: Vocabulary = {
  objects: [{ name: "part", aliases: ["part", "item", "box"] }],
  places: [
    { name: "stand a", aliases: ["stand a", "shelf a", "shelf a3"], positionM: [1.5, 1, 0.46] },
    { name: "stand b", aliases: ["stand b", "shelf b", "bin b7"], positionM: [-1, -1, 0.66] },
    { name: "home", aliases: ["home"], positionM: [0, 0, 0.96] },
  ],
  robotHasGripper: false,
};
