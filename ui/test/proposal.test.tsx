import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Course, Proposal } from "@/api/generated";
import { drawProposals } from "../dev/proposal";
import { expectAccessible, openPage } from "./page";

const drawn = drawProposals({ tags: 0, rows: 0, now: Date.now() });
const automation = { source: "fleet", namespace: "flux-system", name: "flask-app" };

/** Answers as a proposal that is begun by `carryOut` and then is in `course`. */
function thatGoes(id: string, course: Course) {
  let now: Proposal = drawn.proposal({ proposal: id });
  return {
    proposal: () => now,
    carryOut: () => {
      now = { ...now, course };
      return now;
    },
  };
}

test("from an automation of a cluster the writing is taken over, after it was shown who stops and who begins", async () => {
  const done: Course = { course: "done", at: new Date().toISOString(), commit: null, checks: [] };
  const { user, asked, container } = await openPage("/clusters?show=staging", thatGoes("proposal-here", done));
  const row = await screen.findByRole("row", { name: /ImageUpdateAutomation flask-app/ });
  await user.click(within(row).getByRole("button", { name: /^Take over… ImageUpdateAutomation/ }));
  expect(asked("propose")[0]?.request).toEqual({
    wish: { wish: "handOver", automation, cluster: "staging", to: "here" },
  });
  const sheet = await screen.findByRole("dialog", { name: "Let Sluice write flask-app" });
  const steps = within(sheet).getByRole("list", { name: "What is done" });
  const [first, second] = steps.children;
  expect(first).toHaveTextContent("Suspend ImageUpdateAutomation flux-system/flask-app");
  expect(first).toHaveTextContent("staging");
  expect(second).toHaveTextContent("modeobserve→review");
  expect(within(sheet).getByText("Nothing is changed until you say so.")).toBeVisible();
  expect(asked("carryOut")).toEqual([]);
  await expectAccessible(container.ownerDocument.body);
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(asked("carryOut")[0]?.request).toEqual({ proposal: "proposal-here" }));
  expect(await within(sheet).findByText(/Handed over/)).toBeVisible();
  await user.click(within(sheet).getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("how much Sluice may do then is chosen on the sheet, and shown anew", async () => {
  const { user, asked } = await openPage("/clusters?proposal=proposal-here");
  const sheet = await screen.findByRole("dialog", { name: "Let Sluice write flask-app" });
  await user.click(within(sheet).getByRole("radio", { name: "Auto" }));
  await waitFor(() =>
    expect(asked("propose")[0]?.request).toEqual({
      wish: { wish: "handOver", automation, cluster: "staging", to: "here", mode: "auto" },
    }),
  );
});

test("a source's automation says who writes it, and leads to both ways", async () => {
  const { user, asked } = await openPage("/sources?show=edge");
  expect(await screen.findByText(/prod-eu writes this/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Take over…" }));
  await waitFor(() => expect(asked("propose")).toHaveLength(1));
  expect(asked("propose")[0]?.request).toMatchObject({ wish: { cluster: "prod-eu", to: "here" } });
});

test("a policy's page says that a cluster writes", async () => {
  const writer = { cluster: "prod-eu", automation: "flux-system/flask-app", lastRun: null };
  const { drawPolicy } = await import("../dev/policy");
  const page = drawPolicy({ tags: 0, rows: 0, now: Date.now() }).policy({ policy: automation });
  const { user, asked } = await openPage("/images/fleet/flux-system/flask-app", {
    policy: () => ({ ...page, automations: page.automations.map((one) => ({ ...one, writer })) }),
  });
  expect(await screen.findByText(/in prod-eu writes this, so Sluice only observes/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Take over…" }));
  await waitFor(() => expect(asked("propose")[0]?.request).toMatchObject({ wish: { to: "here" } }));
});

test("what is another thing by then is worked out again", async () => {
  const { user, asked, router } = await openPage("/clusters?proposal=proposal-late");
  const sheet = await screen.findByRole("dialog");
  expect(await within(sheet).findByRole("alert")).toHaveTextContent("Nothing was done");
  expect(within(sheet).queryByRole("button", { name: /Take over/ })).toBeNull();
  await user.click(within(sheet).getByRole("button", { name: "Work it out again" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ proposal: "proposal-here" }));
  expect(asked("propose")).toHaveLength(1);
});

test("a plain cluster takes a Kustomization after every object was shown, deletions too", async () => {
  const { user, asked } = await openPage("/clusters?show=lab");
  await user.click(await screen.findByRole("button", { name: "Apply…" }));
  const dialog = await screen.findByRole("dialog", { name: "Apply to lab" });
  expect(within(dialog).getByRole("radio", { name: /apps/ })).toBeChecked();
  await user.click(within(dialog).getByRole("button", { name: "Show what it would do" }));
  const sheet = await screen.findByRole("dialog", { name: "Apply apps to lab" });
  const steps = within(sheet).getByRole("list", { name: "What is done" });
  expect(within(steps).getAllByRole("listitem")).toHaveLength(3);
  expect(within(sheet).getByText("One object left Git and is deleted.")).toBeVisible();
  expect(within(sheet).getByText("1 new, 1 changed, 1 deleted, 1 as it is")).toBeVisible();
  const lines = within(steps).getAllByRole("button");
  expect(lines[0]).toHaveAttribute("aria-current", "true");
  await user.keyboard("j");
  await user.click(within(steps).getByRole("button", { name: /old-settings/ }));
  expect(lines[2]).toHaveAttribute("aria-current", "true");
  await user.click(within(sheet).getByRole("button", { name: /^Apply to lab/ }));
  await waitFor(() => expect(asked("carryOut")).toHaveLength(1));
});

test("a workload is brought under a policy with nothing typed, and by a message of one's own", async () => {
  const { user, asked } = await openPage("/sources?show=fleet");
  await user.click(await screen.findByRole("button", { name: "Bring one under a policy…" }));
  const dialog = await screen.findByRole("dialog", { name: "Bring a workload under a policy" });
  expect(within(dialog).getByRole("radio", { name: /worker/ })).toBeChecked();
  expect(within(dialog).queryByRole("radio", { name: /flask-app/ })).toBeNull();
  expect(within(dialog).getByRole("textbox", { name: "Versions" })).toHaveValue("1.0.x");
  await user.click(within(dialog).getByRole("radio", { name: /cleaner/ }));
  expect(within(dialog).getByRole("textbox", { name: "Versions" })).toBeRequired();
  await user.click(within(dialog).getByRole("radio", { name: /worker/ }));
  await user.click(within(dialog).getByRole("button", { name: "Show the commit" }));
  await waitFor(() =>
    expect(asked("propose")[0]?.request).toEqual({
      wish: { wish: "export", source: "fleet", workload: "Deployment/worker", image: "ghcr.io/acme/worker" },
    }),
  );
  const sheet = await screen.findByRole("dialog", { name: "Bring worker under a policy" });
  const message = within(sheet).getByRole("textbox", { name: "Commit message" });
  await user.clear(message);
  expect(within(sheet).getByRole("button", { name: /^Push to main/ })).toBeDisabled();
  await user.type(message, "Release the worker");
  await user.click(within(sheet).getByRole("button", { name: /^Push to main/ }));
  await waitFor(() =>
    expect(asked("carryOut")[0]?.request).toEqual({ proposal: "proposal-export", message: "Release the worker" }),
  );
});

test("without a token and without flux it is said what would be run, and what is missing", async () => {
  await openPage("/clusters?show=lab&proposal=proposal-bare");
  const sheet = await screen.findByRole("dialog", { name: "Set Flux up in lab" });
  expect(within(sheet).getByRole("region", { name: "Command" })).toHaveTextContent(/^flux bootstrap github/);
  expect(within(sheet).getByText("flux is not installed on this computer")).toBeVisible();
  expect(within(sheet).getByRole("button", { name: "How to install it" })).toBeVisible();
  expect(within(sheet).getByRole("button", { name: "Sign in…" })).toBeVisible();
  expect(within(sheet).getByRole("button", { name: /^Run flux/ })).toBeDisabled();
});

test("what flux says is shown as it comes", async () => {
  const { tell, container } = await openPage("/clusters?show=lab&proposal=proposal-run");
  const log = await screen.findByRole("log", { name: "What flux says" });
  expect(log).toHaveTextContent("► connecting to github.com");
  tell({ event: "output", proposal: "another", line: "not ours" });
  tell({ event: "output", proposal: "proposal-run", line: "► installing components" });
  await waitFor(() => expect(log).toHaveTextContent("► installing components"));
  expect(log).not.toHaveTextContent("not ours");
  await expectAccessible(container.ownerDocument.body);
});

test("afterwards it is said what works and what does not", async () => {
  await openPage("/clusters?show=lab&proposal=proposal-ran");
  expect(await screen.findByText("0 of 1 is ready")).toBeVisible();
  expect(screen.getByRole("link", { name: "It stands in the log" })).toHaveAttribute("href", "/activity");
});

test("a release says how far it is in each cluster, and offers the way back where it is stuck", async () => {
  const { user, asked } = await openPage("/releases?release=r-1");
  const steps = await screen.findByRole("list", { name: "How far it is in staging" });
  expect(within(steps).getAllByRole("listitem")).toHaveLength(4);
  expect(screen.getByText(/Back-off pulling image/)).toBeVisible();
  expect(screen.getByText("ImagePullBackOff")).toBeVisible();
  // In the head, and beside the words of the cluster that is stuck.
  const ways = screen.getAllByRole("button", { name: /^Roll back and hold/ });
  expect(ways).toHaveLength(2);
  await user.click(ways[1] as HTMLElement);
  await waitFor(() => expect(asked("openReview")[0]?.request).toEqual({ intent: { intent: "undo", release: "r-1" } }));
});

test("a flux that is at work is stopped, and what is there by then is said", async () => {
  const { user, asked } = await openPage("/clusters?proposal=proposal-run", {
    stopProposal: () => drawn.stopProposal({ proposal: "proposal-run" }),
  });
  const sheet = await screen.findByRole("dialog", { name: /Set Flux up/ });
  await user.click(within(sheet).getByRole("button", { name: "Stop flux" }));
  expect(asked("stopProposal")[0]?.request).toEqual({ proposal: "proposal-run" });
});

test("what was stopped says what stays, and may be run again", async () => {
  const { container } = await openPage("/clusters?proposal=proposal-run", {
    proposal: () => drawn.stopProposal({ proposal: "proposal-run" }),
  });
  const sheet = await screen.findByRole("dialog", { name: /Set Flux up/ });
  expect(within(sheet).getByText(/What flux had done stays/)).toBeVisible();
  expect(within(sheet).getByRole("heading", { name: "What is there by now" })).toBeVisible();
  expect(within(sheet).getByRole("button", { name: /Run flux/ })).toBeVisible();
  await expectAccessible(container.ownerDocument.body);
});
