import { afterEach, describe, expect, test } from "vitest";
import { loadProfile } from "../profile/files.ts";
import { openScriptedEndpoint, picturesIn, type ScriptedEndpoint } from "../policy/llm/testing/scripted-endpoint.ts";
import { kinematicRobot } from "../policy/llm/testing/robots.ts";
import { packNumpy } from "../policy/vla/msgpack-numpy.ts";
import { NdArray } from "../policy/vla/nd-array.ts";
import { hostileServer } from "../policy/vla/testing/hostile-server.ts";
import { runPolicy } from "../runtime/run-policy.ts";
import { paintedSensors, withSensors } from "../runtime/testing/painted-cameras.ts";
import { llmRun } from "./llm-run.ts";
import { vlaRun, type VlaArguments } from "./vla-run.ts";

let endpoint: ScriptedEndpoint | undefined;
afterEach(() => endpoint?.close());

const key = "key-0123456789";
const seeing = (...names: readonly string[]) => {
  const sensors = paintedSensors(names.map((name) => ({ name, width: 8, height: 4 })));
  return kinematicRobot("arm", { wrap: { backend: (backend) => withSensors(backend, sensors) } });
};
const nowhere = { url: "ws://127.0.0.1:9", environment: {} };

describe("policies row 30 clearance run --policy vla --camera", () => {
  test("policies row 30 pictures in the size asked for, key and header, and a time that is kept; no secret in trace or configuration", async () => {
    await using server = await hostileServer((socket, _request, i) => i === 0 && socket.send(packNumpy({ done: true })));
    const { makePolicy, close } = await vlaRun({
      url: server.url,
      camera: ["observation/image=scene", "observation/wrist_image=wrist=2"],
      "image-size": "6x4",
      "api-key-env": "MY_KEY",
      header: ["X-Tenant: tenant-0123456789"],
      "request-timeout": "3000",
      environment: { MY_KEY: key },
    });
    const robot = await seeing("scene", "wrist=2");
    const policy = makePolicy(robot);
    const report = await runPolicy(robot.runtime, policy, "look");
    close();
    expect(report).toMatchObject({ reached: true, steps: [] });
    const [request] = server.heard;
    for (const name of ["observation/image", "observation/wrist_image"])
      expect(request?.[name]).toMatchObject({ dtype: "|u1", shape: [6, 4, 3] });
    expect(request).toHaveProperty("observation_id");
    expect(request?.["observation/state"]).toBeInstanceOf(NdArray);
    expect(server.headers[0]).toMatchObject({ authorization: `Api-Key ${key}`, "x-tenant": "tenant-0123456789" });
    const written = JSON.stringify([robot.trace.records, policy.config, policy.usage?.()], (_, value: unknown) =>
      typeof value === "bigint" ? `${value}` : value,
    );
    expect(written).not.toContain("0123456789");
  });

  test.for([
    [{ camera: ["scene"] }, /--camera 'scene' is not KEY=CAMERA/],
    [{ camera: ["a=x", "a=y"] }, /--camera names 'a' twice/],
    [{ camera: ["prompt=x"] }, /'prompt' is what every request says/],
    [{ "image-size": "224" }, /--image-size is for --camera/],
    [{ camera: ["a=x"], "image-size": "224x" }, /--image-size '224x' is not N or HEIGHTxWIDTH/],
    [{ camera: ["a=x"], "image-size": "0" }, /0 × 0 pixels cannot be/],
    [{ "api-key-env": "NONE" }, /--api-key-env NONE: that variable is not set/],
    [{ header: ["X: ok", "secret-0123456789"] }, /^--header 2 is not NAME: VALUE as HTTP has them$/],
    [{ header: ["X: a\nb: secret-0123456789"] }, /^--header 1 is not NAME: VALUE/],
    [{ header: ["Authorization: Bearer x"], "api-key-env": "KEY", environment: { KEY: key } }, /are the same header/],
    [{ "request-timeout": "0" }, /--request-timeout takes 1 to 600000 ms, not 0/],
    [{ "request-timeout": "soon" }, /--request-timeout takes a whole number/],
  ] satisfies readonly (readonly [Partial<VlaArguments>, RegExp])[])("%j is one line, and nobody is called", async ([given, line]) => {
    await expect(vlaRun({ ...nowhere, ...given })).rejects.toThrow(line);
    await expect(vlaRun({ ...nowhere, ...given })).rejects.not.toThrow(/secret|\n/);
  });

  test("policies row 30 a camera that the robot has not is named with those it has; `default` is the first", async () => {
    await using server = await hostileServer(() => undefined);
    const made = async (camera: string) => (await vlaRun({ url: server.url, camera: [`image=${camera}`], environment: {} })).makePolicy;
    const robot = await seeing("scene", "wrist");
    const [roof, first] = [await made("roof"), await made("default")];
    expect(() => roof(robot)).toThrow("--camera: no camera 'roof'; there are scene, wrist");
    expect(first(robot).name).toMatch(/^vla openpi/);
    const blind = await kinematicRobot("gantry");
    expect(() => first(blind)).toThrow(/no camera 'default'; the robot on backend \w+ has none/);
  });
});

describe("policies row 28 clearance run --policy llm --camera", () => {
  test("policies row 28 the camera's picture is in the first request; one that is not there is refused before it", async () => {
    endpoint = await openScriptedEndpoint([{ calls: [{ name: "done", args: { reason: "seen" } }] }]);
    const loaded = loadProfile("arm");
    const options = { model: "m", baseUrl: endpoint.baseUrl, environment: {} };
    const robot = await seeing("scene");
    const roof = await llmRun(loaded, { ...options, cameras: ["roof"] });
    expect(() => roof(robot)).toThrow("--camera: no camera 'roof'; there are scene");
    const policy = (await llmRun(loaded, { ...options, cameras: ["scene"] }))(robot);
    expect(await runPolicy(robot.runtime, policy, "look")).toMatchObject({ reached: true });
    expect(endpoint.requests.map((request) => picturesIn(request).length)).toEqual([1]);
  });
});
