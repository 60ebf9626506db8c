import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { expectAccessible, openPage } from "./page";

const path = "/images/fleet/flux-system/flask-app";
const flask = { source: "fleet", namespace: "flux-system", name: "flask-app" };
const timeline = () => screen.findByRole("listbox", { name: /Tag timeline, 177 tags/ });
const cursor = () => screen.getByRole("option").getAttribute("aria-label");

test("the page has everything it should and no fault of accessibility", async () => {
  const { container } = await openPage(path);
  await timeline();
  await screen.findByText("Would choose", { exact: false }).catch(() => screen.findByText("Chooses"));
  for (const name of ["Tags", "Why", "Policy", "Where used", "History"]) {
    expect(screen.getByRole("heading", { name })).toBeVisible();
  }
  await expectAccessible(container);
});

test("the timeline is walked by tag and by lane, and each tag says what it is and why", async () => {
  const { user } = await openPage(path);
  (await timeline()).focus();
  expect(cursor()).toMatch(/^1\.0\.5, Chosen/);
  await user.keyboard("{ArrowLeft}");
  expect(cursor()).toMatch(/^1\.0\.4, Blocked/);
  await user.keyboard("{ArrowLeft}");
  expect(cursor()).toMatch(/^1\.0\.3, In range, ranks below 1\.0\.5, .*stands in Git$/);
  await user.keyboard("{Shift>}{ArrowUp}{/Shift}");
  expect(cursor()).toMatch(/^1\.1\.\d, Passed over, outside 1\.0\.x/);
  await user.keyboard("{End}");
  expect(cursor()).toMatch(/^1\.1\.3/);
});

test("Enter reviews the tag under the cursor: the candidate as a release, another as itself", async () => {
  const { user, asked } = await openPage(path, { openReview: () => ({ review: "r1", plans: [] }) });
  (await timeline()).focus();
  await user.keyboard("{Enter}");
  await waitFor(() =>
    expect(asked("openReview")[0]?.request).toEqual({ intent: { intent: "release", policies: [flask] } }),
  );
  // The sheet lies over the page until it is closed.
  await screen.findByRole("dialog");
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  (await timeline()).focus();
  await user.keyboard("{ArrowLeft}{ArrowLeft}{Enter}");
  await waitFor(() =>
    expect(asked("openReview")[1]?.request).toEqual({ intent: { intent: "tag", policy: flask, tag: "1.0.3" } }),
  );
});

test("a brush by keyboard answers why not, and its suggestion can be tried without saving anything", async () => {
  const { user, asked, calls } = await openPage(path);
  (await timeline()).focus();
  await user.keyboard("{Shift>}{ArrowUp}{/Shift}{Home}b{End}b");
  expect(await screen.findByText("Why not these 4?")).toBeVisible();
  expect(screen.getByText("4 outside 1.0.x")).toBeVisible();
  expect(asked("whyNot").at(-1)?.request).toEqual({ policy: flask, tags: ["1.1.0", "1.1.1", "1.1.2", "1.1.3"] });
  await user.click(await screen.findByRole("button", { name: "Try 1.x" }));
  expect(screen.getByRole("textbox", { name: "Range" })).toHaveValue("1.x");
  expect(await screen.findByText("not in Git: 1 field", { exact: false })).toBeVisible();
  const verbs = new Set(calls.map(({ name }) => name));
  for (const verb of ["openReview", "release", "hold", "setMode"]) expect(verbs).not.toContain(verb);
});

test("the tester says at once what another range would choose, and nothing is saved", async () => {
  const { user, calls } = await openPage(path);
  const range = await screen.findByRole("textbox", { name: "Range" });
  await user.clear(range);
  await user.type(range, "1.x");
  expect(await screen.findByText("Would choose")).toBeVisible();
  expect((await screen.findAllByText("1.1.3")).length).toBeGreaterThan(0);
  expect(screen.getByText("4 more match, 0 fall out")).toBeVisible();
  expect(calls.map(({ name }) => name)).not.toContain("openReview");
  await user.click(screen.getByRole("button", { name: "Revert" }));
  expect(range).toHaveValue("1.0.x");
});

test("a rule that cannot be evaluated says what is wrong", async () => {
  const { user } = await openPage(path, {
    tryPolicy: () => ({
      chosen: null,
      extracted: null,
      change: null,
      counts: { tags: 177, excluded: 0, filtered: 0, outside: 0, matching: 0, fallOut: 0, comeIn: 0 },
      fallOut: [],
      comeIn: [],
      reasons: [],
      problem: { code: "invalidRange", message: "`1.y` is no range", hint: "Write 1.x." },
    }),
  });
  const range = await screen.findByRole("textbox", { name: "Range" });
  await user.type(range, "y");
  expect(await screen.findByText("`1.y` is no range")).toBeVisible();
  expect(range).toBeInvalid();
});

test("a hold asks for a reason and sends what was written", async () => {
  const { user, asked } = await openPage(path);
  await timeline();
  await user.keyboard("h");
  const dialog = await screen.findByRole("dialog", { name: "Hold flask-app" });
  const submit = within(dialog).getByRole("button", { name: "Hold" });
  expect(submit).toBeDisabled();
  await expectAccessible(dialog);
  await user.type(within(dialog).getByRole("textbox", { name: "Reason" }), "freeze");
  await user.click(submit);
  await waitFor(() =>
    expect(asked("hold")[0]?.request).toEqual({ policies: [flask], hold: { tag: "1.0.3", reason: "freeze" } }),
  );
});

test("T shows the same tags as a table", async () => {
  const { user } = await openPage(path);
  (await timeline()).focus();
  await user.keyboard("t");
  const grid = await screen.findByRole("grid", { name: /177 tags/ });
  expect(grid).toHaveAttribute("aria-rowcount", "178");
  expect(within(grid).getAllByText("Passed over").length).toBeGreaterThan(3);
});

test("all nine steps of the chain are there, the one that waits says so", async () => {
  await openPage(path);
  const steps = ["Scanned", "Filtered", "Chosen", "Marker", "Automation", "Gate", "Pushed", "Applied", "Running"];
  const section = (await screen.findByRole("heading", { name: "Why" })).closest("section") as HTMLElement;
  await within(section).findByText("Scanned");
  const items = within(section).getAllByRole("listitem");
  expect(items.map((item) => steps.find((step) => item.textContent?.startsWith(step)))).toEqual(steps);
  expect(items[5]).toHaveTextContent(/waiting/);
});

test("a link to a tag points at it", async () => {
  await openPage(`${path}?tag=1.0.2`);
  await timeline();
  await waitFor(() => expect(cursor()).toMatch(/^1\.0\.2, In range/));
  expect(await screen.findByText("amd64, arm64")).toBeVisible();
});

test("who signed what stands is said beside the commit, in words and with the key", async () => {
  await openPage(path);
  const why = (await screen.findByRole("heading", { name: "Why" })).closest("section") as HTMLElement;
  const pushed = (await within(why).findByText("Pushed")).closest("li") as HTMLElement;
  expect(await within(pushed).findByText("Signed by robin@acme.example — good")).toBeVisible();
  expect(within(pushed).getByText(/^key SHA256:/)).toBeVisible();
});

test("the history verifies signatures only when somebody asks, and says each kind in its own words", async () => {
  const states = ["bad", "unknownKey", "cannotCheck"] as const;
  const { container, user, asked } = await openPage(path, {
    signatures: ({ commits }: { commits: string[] }) => ({
      signatures: commits.map((commit, index) => ({
        commit,
        state: states[index % states.length],
        kind: "ssh",
        key: index === 1 ? "SHA256:abc" : "",
        by: "",
        words: "",
      })),
      problems: ["signers cannot be read: no such file"],
    }),
  });
  const history = (await screen.findByRole("heading", { name: "History" })).closest("section") as HTMLElement;
  const show = await within(history).findByRole("button", { name: "Who signed?" });
  const ofHistory = () => asked("signatures").filter(({ request }) => (request as { commits: [] }).commits.length > 1);
  expect(ofHistory()).toEqual([]);
  await user.click(show);
  expect(await within(history).findByText("Bad signature")).toBeVisible();
  expect(within(history).getByText("Signed by an unknown key")).toBeVisible();
  expect(within(history).getByText("key SHA256:abc")).toBeVisible();
  expect(within(history).getByText("Signature cannot be checked")).toBeVisible();
  expect(within(history).getByText("signers cannot be read: no such file")).toBeVisible();
  expect(ofHistory()[0]?.request).toEqual({ source: "fleet", commits: ["3f1c2a9", "8d21f04", "77aa001"] });
  await expectAccessible(container);
  await user.click(within(history).getByRole("button", { name: "Hide signatures" }));
  expect(within(history).queryByText("Bad signature")).toBeNull();
});
