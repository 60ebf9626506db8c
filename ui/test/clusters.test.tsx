import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { expectAccessible, openPage } from "./page";

test("a cluster shows what Flux does there and may be asked to reconcile, suspend and resume", async () => {
  const { user, asked, container } = await openPage("/clusters?show=staging");
  const view = await screen.findByRole("region", { name: "staging" });
  await user.click(await within(view).findByRole("button", { name: "Reconcile GitRepository flux-system/fleet" }));
  const object = { cluster: "staging", namespace: "flux-system" };
  await waitFor(() =>
    expect(asked("reconcileInCluster")[0]?.request).toEqual({
      ...object,
      kind: "GitRepository",
      name: "fleet",
      withSource: true,
    }),
  );
  await user.click(within(view).getByRole("button", { name: "Resume Kustomization flux-system/apps" }));
  await waitFor(() =>
    expect(asked("suspendInCluster")[0]?.request).toEqual({
      ...object,
      kind: "Kustomization",
      name: "apps",
      suspended: false,
    }),
  );
  await expectAccessible(container);
});

test("workloads say what keeps them from running, and differences what Git says otherwise", async () => {
  const { user } = await openPage("/clusters?show=staging");
  const view = await screen.findByRole("region", { name: "staging" });
  await user.click(await within(view).findByRole("radio", { name: "Workloads 2" }));
  expect(await within(view).findByText(/ImagePullBackOff/)).toBeVisible();
  await user.click(within(view).getByRole("radio", { name: "Differences 1" }));
  expect(await within(view).findByText("they differ")).toBeVisible();
});

test("what may not be read is named, and a cluster that does not answer says so", async () => {
  await openPage("/clusters?show=prod-eu");
  expect(await screen.findByText(/not allowed to list pods/)).toBeVisible();
  expect(screen.getByText("sluice source add cluster --print-role")).toBeVisible();
});

test("a context is connected after a look at which are left", async () => {
  const { user, asked } = await openPage("/clusters?add=yes");
  const dialog = await screen.findByRole("dialog", { name: "Connect a cluster" });
  expect(await within(dialog).findByRole("radio", { name: /kind-next/ })).toBeChecked();
  expect(within(dialog).queryByRole("radio", { name: /kind-staging/ })).toBeNull();
  await user.click(within(dialog).getByRole("checkbox", { name: /Only look/ }));
  await user.click(within(dialog).getByRole("button", { name: "Connect" }));
  await waitFor(() => expect(asked("addCluster")[0]?.request).toEqual({ context: "kind-next", isReadOnly: true }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("without clusters it says what one is for", async () => {
  await openPage("/clusters", { clusters: () => ({ clusters: [] }) });
  expect(await screen.findByText("No cluster yet")).toBeVisible();
});

test("the matrix shows what runs where, and is narrowed to what is behind", async () => {
  const { user, container } = await openPage("/apps");
  const row = await screen.findByRole("row", { name: /flask-app/ });
  expect(within(row).getByText("1.0.5")).toBeVisible();
  expect(within(row).getByText("1 behind")).toBeVisible();
  expect(within(row).getByText("cannot be read")).toBeVisible();
  await expectAccessible(container);
  await user.click(screen.getByRole("radio", { name: "Held 1" }));
  await waitFor(() => expect(screen.queryByRole("row", { name: /flask-app/ })).toBeNull());
  expect(screen.getByRole("row", { name: /orders/ })).toBeVisible();
});

test("a repository that may be a source's by another address is asked about", async () => {
  const { user, asked } = await openPage("/clusters?show=lab");
  await user.click(await screen.findByRole("button", { name: "It is fleet" }));
  expect(asked("setKnownAs")[0]?.request).toEqual({
    source: "fleet",
    addresses: ["http://gitea-http.gitea.svc:3000/acme/fleet"],
  });
});
