/**
 * Help texts, and the error for a command line that asks for something else.
 * @module
 */
export const usage = `clearance: typed intents go in, a fail-closed chain of gates clears them, a robot moves, a trace records it all

  clearance demo                             pick, place, and be refused: the arm in MuJoCo, ten simulated seconds
  clearance demo --fence                     six steps of a gantry in a fence, each a line that begins [OK ], [BLK], [ERR] or [TMO]
  clearance run "pick up the red cube and place it at (0.45, -0.25)"
  clearance run --script FILE.yaml           intents from a file
  clearance llm --goal TEXT                  the same with a language model, as the environment says
  clearance trace summary|show|verify FILE   read a trace; clearance replay FILE sums it up too
  clearance bench safety-cost|faults         what the gates cost and buy; which injected faults are noticed
  clearance kernel replay FILE               recorded verdicts of the safety kernel, judged again
  clearance stop | status | reset            the stop chain of robots at work, from another terminal
  clearance mcp                              the robot as an MCP server; clearance mcp config --client NAME
  clearance robot lower|check|show FILE      a robot description as the capsules that are checked
  clearance profiles [NAME]                  robots there are: what each can do, its gates and limits
  clearance calibrate                        a sweep, what was measured, and limits to review that come from it
  clearance info                             version, gates, primitives, backends, presets
  clearance doctor                           what works on this machine

run options
  --profile NAME|FILE    robot, world, gates and limits: arm (default), franka_arm, gantry, turtlebot,
                         spot, tello, stretch, humanoid_demo, or your own YAML
  --backend NAME         mujoco (physics) or kinematic (ideal motion, no physics)
  --renderer NAME        what draws colour pictures: rays (default, the same bytes everywhere) or browser (three.js in a headless
                         Chromium: CLEARANCE_BROWSER, else the one on PATH; needs npm install playwright-core three)
  --policy NAME          language (default with a goal), script, llm (a language model proposes, the gates judge), or vla (a
                         vision-language-action model, with the goal as its prompt)
  --url URL              vla: ws://HOST:PORT speaks openpi's protocol, http://HOST:PORT/act OpenVLA's REST
  --decoder NAME         vla: what an action's first three numbers are: delta-xyz (default) or absolute-xyz, in m
  --statistics FILE      vla: norm_stats.json or dataset_statistics.json, where the server sends normalised actions
  --images               llm: show the model the pictures that its steps took
  --camera NAME          llm: and what this camera sees, at every question; may be given again
  --camera KEY=CAMERA    vla: the camera's picture, by the name that the model knows, for example observation/image=scene;
                         may be given again; a camera that the robot has not is refused before anything moves
  --image-size N|HxW     vla: scaled to this size in pixels, undistorted, black around (default: as the camera takes them)
  --api-key-env NAME     vla: the variable that holds the server's key; sent to it, written nowhere
  --header "NAME: VALUE" vla: sent with every request, written nowhere; may be given again
  --request-timeout MS   vla: an answer that takes longer is none (default 2000)
  --script FILE          YAML or JSON steps; implies --policy script
  --world FILE           another world for the profile's robot
  --model FILE           another robot for the profile: MJCF .xml or URDF .urdf
  --model NAME           the language model: openai:NAME, anthropic:NAME, or NAME on a compatible server (default OPENAI_MODEL,
                         then qwen2.5:14b); keys come from OPENAI_API_KEY, ANTHROPIC_API_KEY
  --base-url URL         its address (default OPENAI_BASE_URL, then the provider's; for a plain NAME http://localhost:11434/v1)
  --max-steps N          at most N intents (default 16 with --policy llm, else 1000)
  --seed N               one seed, one episode, one trace hash (default 0)
  --trace FILE           where the trace goes (default: the next free runs/NAME-N.jsonl); pictures beside it, in NAME-N.images
  --latch FILE           where a latched stop outlives the run; a run that finds one there does not move before clearance reset
  --verdicts FILE        every verdict of the safety kernel, for clearance kernel replay
  --realtime             pace the simulation by the wall clock
  --json                 one JSON object on stdout and nothing else
  --quiet                only errors
  --approve              answer approvals with yes, as operator "cli" (simulation only)

  clearance COMMAND --help   more on one command          clearance --version

exit codes   0 goal reached · 1 not reached · 2 bad usage or configuration · 3 no readable trace · 130 stopped by Ctrl-C
Colour follows the terminal and NO_COLOR. Not a rated safety function: it runs above a rated stop.
`;

export const llmUsage = `clearance llm --goal TEXT      clearance run --policy llm, for which the environment may say:

  --goal TEXT            what to do                                  CLEARANCE_GOAL
  --max-steps N          at most N intents (default 16)              CLEARANCE_MAX_STEPS
  --trace FILE           where the trace goes                        CLEARANCE_TRACE_OUT
  --profile NAME|FILE    robot, world, gates and limits              CLEARANCE_PROFILE
  --backend NAME         mujoco or kinematic                         CLEARANCE_BACKEND
  --renderer NAME        rays or browser                             CLEARANCE_RENDERER, CLEARANCE_BROWSER
  --model, --base-url    the language model                          OPENAI_MODEL, OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_TEMPERATURE

  GHOSTLOOP_… is read where CLEARANCE_… is not set. Other options and exit codes are those of clearance run.
`;

export const profilesUsage = `clearance profiles            the robots there are
clearance profiles NAME|FILE  one in full: joints, primitives, gates in their order, who is asked, limits

  --json   one JSON array on stdout and nothing else
`;

export const traceUsage = `clearance trace summary FILE   counts by status and intent, every refusal with its reason [--json]
clearance trace show FILE      each step: intent, gates, result; the pictures that it took, and those that a model was shown
                               before it decided [--step N] [--json]
clearance trace verify FILE    hash chain, order, completeness, and the pictures beside the trace (run.images of run.jsonl) by
                               their hashes; exit 1 when anything is missing or changed; a picture that is not there was not
                               kept, and no finding [--json]
`;

export const replayUsage = `clearance replay FILE [--json]   a trace summed up: counts by status and intent, every refusal with its reason

exit codes   0 read · 2 bad usage · 3 not readable, or not a trace
`;

export const infoUsage = `clearance info [--json]   version, gates, primitives, backends (available or not, and why), presets
`;

export const benchUsage = `clearance bench safety-cost   what safety costs and buys: the same seeded episodes in MuJoCo with the gates off,
                              graded (a gate may slow a motion) and binary (what it would slow is refused);
                              success, contact, clearance, speed near obstacles and stops by cause, with 95 % intervals

  --episodes N   seeds (default 40), three runs each     --seed N      the first seed (default 0)
  --workers N    threads (default: one a core)           --backend NAME  mujoco (default) or kinematic
  --out FOLDER   where safety-cost.json and safety-cost.svg go (default runs/safety-cost)
  --json         one JSON object on stdout and nothing else

clearance bench faults        lets every named fault happen once (sensors, commands, transport, machine, stop, clock, intents,
                              configuration) and says what noticed it and how long the arm moved on; exit 1 when a fault
                              goes undetected

  --only TEXT    faults with TEXT in their name          --list        a line for each fault
  --json         one JSON object on stdout and nothing else
`;

export const robotUsage = `clearance robot lower FILE   capsules, allowed pairs and a model hash from robot.yaml, URDF or MJCF; prints the difference
clearance robot check FILE   refusals and drift; exit 1 for either [--real] [--json]
clearance robot show FILE    the numbers, and with --out FILE.svg a picture [--home NAME] [--spheres --json]

  --write                write the manifest (robot.yaml itself, or NAME.robot.yaml beside a URDF or MJCF)
  --out FILE             write somewhere else
  --srdf FILE            pairs that the maker allows, and its poses; --urdf FILE, --mjcf FILE for what a manifest only names
  --margin M             distance in metres that home poses keep (default 0)
  --home NAME[=q1,q2,…]  only this pose is a home, or a new one; may be given again
  --single               one capsule a link, as other tools write it
  --acm-only             only the allowed pairs; --geometry-only: only capsules and kinematics
  --allow-missing LINK   this link's mesh may be missing; may be given again
  --joint-match order    joints by their order where the names differ (default name)
  --accept               allow pairs that touch at every pose, unprotected
  --lenient              keep unknown keys of another tool's manifest as x_ keys
  --json                 one JSON object on stdout and nothing else

exit codes   0 fit for use · 1 refused or drifted, nothing written · 2 bad usage or a file that cannot be read
clearance collision lower|check|report --robot FILE does the same.
`;

export const safetyUsage = `clearance stop     stops every robot at work on this machine, at once, with a latch; a robot says when it was seen at rest
clearance status   where each robot's stop chain stands, and which of its watchdogs live
clearance reset --operator NAME --reason TEXT   releases the latch: after a cooldown, with the state checked again

  --profile NAME   only robots of this profile        --pid N   only the one in this process
  --latch FILE     the latch that a run with --latch left, of the robot that --profile names (status, reset)
  --recovery       reset: move slowly out of what still violates a limit
  --reason TEXT    stop: what the trace and the latch will say
  --yes            reset: do not ask                  --json    one JSON object on stdout

exit codes   stop   0 acknowledged and seen at rest · 1 not, or no robot at work
             status 0 nothing latched · 1 latched      reset  0 released · 1 refused
`;

export const mcpUsage = `clearance mcp                 a robot as an MCP server: a typed tool for each primitive, state, plan, trace and stop
clearance mcp config --client NAME   the block for a client's own configuration, and where its file lies

  --profile NAME|FILE    robot, world, gates and limits (default arm)        CLEARANCE_PROFILE
  --backend NAME         mujoco or kinematic (also called mock)                CLEARANCE_BACKEND
  --renderer NAME        colour pictures by rays (default) or browser          CLEARANCE_RENDERER, CLEARANCE_BROWSER
  --http HOST:PORT       streamable HTTP at /mcp, for example 127.0.0.1:8765   CLEARANCE_TRANSPORT=streamable-http,
                         (default: standard input and output)                  CLEARANCE_HOST, CLEARANCE_PORT
  --trace FILE           where the trace goes; FILE-2, … where it exists       CLEARANCE_TRACE_OUT
                         (default: the last steps are kept, in memory);
                         pictures that clients get beside it, in NAME.images
  --name NAME            what the server calls itself (default clearance-PROFILE)
  --selfcheck            opens nothing, says what would be served, takes one harmless step; --json says it as one JSON object
  --client NAME          claude-desktop, cursor, continue, cline, zed, gemini-cli
  --print-config NAME    the same as config --client NAME
  --url URL              config: the block for a server elsewhere, with a place for its token

  CLEARANCE_INSTRUCTIONS   added to what clients are told of the robot
  CLEARANCE_MCP_TOKEN      for HTTP: TOKEN:SCOPE+SCOPE, comma-separated; scopes observe, plan, move, approve, override
  CLEARANCE_MCP_HOSTS      names besides the loopback ones under which the server is reached, comma-separated

exit codes   0 served, or the selfcheck is fine · 1 the selfcheck is not · 2 bad usage or configuration
`;

export const calibrateUsage = `clearance calibrate           moves a robot through a sweep, every step through its gates, and says where it was, how fast and how hard;
                              proposes limits from it, never looser than those that are declared, for a person to review

  --profile NAME|FILE    robot, world, gates and limits (default gantry)
  --backend NAME         mujoco or kinematic (default the profile's)
  --repeats N            the sweep so often (default 1); with 100 steps and more the 99th percentile means something
  --sweep FILE           YAML or JSON intents in place of the default: a square of 0.3 m at a height of 0.5 m
  --out FILE             the proposal as YAML, under the keys of a profile
  --trace FILE           where the trace goes (default: the next free runs/calibration-N.jsonl)
  --seed N               as in clearance run               --approve   answer approvals with yes (simulation only)
  --json                 one JSON object on stdout and nothing else

exit codes   0 steps were carried out · 1 none was · 2 bad usage or configuration · 130 stopped by Ctrl-C
`;

export const doctorUsage = `clearance doctor [--json]   checks Node, MuJoCo, the models, the trace folder and the terminal
`;

/** A file that should be read is not there, or not what it should be; ends with exit code 3. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/** The command line cannot be carried out as written; ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
