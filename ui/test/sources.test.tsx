import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { expectAccessible, openPage } from "./page";

test("each remote says how it is; one in need says what happened, in the remote's words, and what mends it", async () => {
  const { container } = await openPage("/sources");
  const edge = (await screen.findByRole("button", { name: /^edge/ })).closest("li") as HTMLElement;
  expect(within(edge).getByText(/The deploy key is read-only\. 1 release waits for it/)).toBeVisible();
  expect(within(edge).getByText(/has been marked as read only/)).toBeVisible();
  expect(within(edge).getByRole("img", { name: /tries in 24 hours, 6 failed/ })).toBeVisible();
  await expectAccessible(container);
});

test("a key that may only read is mended where the source's key is shown", async () => {
  const { user, router } = await openPage("/sources");
  const edge = (await screen.findByRole("button", { name: /^edge/ })).closest("li") as HTMLElement;
  expect(within(edge).queryByRole("button", { name: "Sign in…" })).toBeNull();
  await user.click(within(edge).getByRole("button", { name: "Register a writable key…" }));
  expect(router.state.location.search).toEqual({ show: "edge" });
  const panel = await screen.findByRole("complementary", { name: "edge" });
  expect(await within(panel).findByRole("button", { name: "Register with write access" })).toBeVisible();
});

test("a test says each step and why one failed", async () => {
  const { user, asked } = await openPage("/sources");
  await user.click(await screen.findByRole("button", { name: "Test edge" }));
  expect(asked("testRemote")[0]?.request).toEqual({ remote: { kind: "git", source: "edge" } });
  const status = await screen.findByText("May write");
  expect(status).toBeVisible();
  expect(screen.getByText("Give the key write access on the server.")).toBeVisible();
});

test("the panel lets writing and a mode be chosen, no freer than the team's rule", async () => {
  const { user, asked, container } = await openPage("/sources?show=edge");
  const panel = await screen.findByRole("complementary", { name: "edge" });
  const modes = await within(panel).findByRole("radiogroup", { name: "Mode of flux-system" });
  expect(within(panel).getByText("Plans each change and waits for a person to release it.")).toBeVisible();
  expect(within(modes).getByRole("radio", { name: "Auto" })).toHaveAttribute("aria-disabled", "true");
  await user.click(within(modes).getByRole("radio", { name: "Observe" }));
  await waitFor(() => expect(asked("setMode")[0]?.request).toMatchObject({ mode: "observe" }));
  await user.click(within(panel).getByRole("switch", { name: "Allow writing to edge" }));
  await waitFor(() => expect(asked("allowWriting")[0]?.request).toEqual({ source: "edge", allowed: false }));
  await expectAccessible(container);
});

test("a remedy leads to the dialog; the secret is sent once and stays nowhere", async () => {
  const { user, asked, router } = await openPage("/sources?show=docker.io&signIn=registry");
  const dialog = await screen.findByRole("dialog", { name: "Sign in to docker.io" });
  await expectAccessible(dialog);
  await user.type(within(dialog).getByRole("textbox", { name: "User name" }), "acme");
  const secret = within(dialog).getByLabelText("Password or token") as HTMLInputElement;
  expect(secret.type).toBe("password");
  await user.type(secret, "s3cret-word");
  await user.click(within(dialog).getByRole("button", { name: "Try and keep" }));
  await waitFor(() =>
    expect(asked("addCredential")[0]?.request).toEqual({
      kind: "registry",
      target: "docker.io",
      username: "acme",
      secret: "s3cret-word",
      keepUntested: false,
    }),
  );
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(router.state.location.search).toEqual({ show: "docker.io" });
  expect(document.documentElement.outerHTML).not.toContain("s3cret-word");
});

test("a refused secret is emptied, its refusal shown, and keeping it anyway is a choice of its own", async () => {
  let tries = 0;
  const { user, asked } = await openPage("/sources?show=docker.io&signIn=registry", {
    addCredential: () => {
      tries += 1;
      if (tries === 1)
        throw { code: "credentialsRefused", message: "docker.io answered 401.", hint: "Check the token." };
      return { credential: "c9", problem: null };
    },
  });
  const dialog = await screen.findByRole("dialog");
  const secret = within(dialog).getByLabelText("Password or token") as HTMLInputElement;
  await user.type(secret, "wrong{Enter}");
  expect(await within(dialog).findByText("docker.io answered 401.")).toBeVisible();
  expect(secret.value).toBe("");
  await user.click(within(dialog).getByRole("checkbox", { name: /Keep it although/ }));
  await user.type(secret, "again{Enter}");
  await waitFor(() =>
    expect(asked("addCredential")[1]?.request).toMatchObject({ secret: "again", keepUntested: true }),
  );
});

test("what was found here says how its use went, and removing what is kept asks first", async () => {
  const { user, asked, container } = await openPage("/sources?view=credentials");
  await screen.findByText("In the keychain");
  expect(screen.getByText("works for ghcr.io, quay.io")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Remove registry.acme.dev" }));
  expect(asked("removeCredential").length).toBe(0);
  await user.click(screen.getByRole("button", { name: "Remove it" }));
  await waitFor(() => expect(asked("removeCredential")[0]?.request).toEqual({ credential: "c1" }));
  await expectAccessible(container);
});

test("without sources it says what one is", async () => {
  await openPage("/sources", { sources: () => ({ git: [], registries: [], needYou: 0 }) });
  expect(await screen.findByText("No repositories yet")).toBeVisible();
});

test("a repository is known by a further address once a person says so", async () => {
  const { user, asked } = await openPage("/sources?show=fleet");
  await user.click(await screen.findByRole("button", { name: "Add an address…" }));
  const address = "http://gitea-http.gitea.svc:3000/acme/fleet";
  await user.type(screen.getByRole("textbox", { name: /^Address, as the GitRepository/ }), address);
  await user.click(screen.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(asked("setKnownAs")[0]?.request).toEqual({ source: "fleet", addresses: [address] }));
});
