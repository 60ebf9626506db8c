import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { preferences, setPreferences } from "@/lib/preferences";
import { expectAccessible, openPage } from "./page";

test("a theme counts at once and is written down", async () => {
  const { user, asked, container } = await openPage("/settings");
  await user.click(await screen.findByRole("radio", { name: "Dark" }));
  await waitFor(() => expect(asked("changeSettings")[0]?.request).toEqual({ theme: "dark" }));
  expect(preferences().theme).toBe("dark");
  setPreferences({ theme: "system" });
  await screen.findByText("0.1.0");
  await expectAccessible(container);
});

test("a span is written as Flux writes it; what is not understood is not kept", async () => {
  const { user, asked } = await openPage("/settings");
  const field = await screen.findByRole("textbox", { name: "Fetch Git remotes every" });
  expect(field).toHaveValue("1m40s");
  await user.clear(field);
  await user.type(field, "soon{Enter}");
  expect(field).toBeInvalid();
  expect(asked("changeSettings").length).toBe(0);
  await user.clear(field);
  await user.type(field, "5m{Enter}");
  await waitFor(() => expect(asked("changeSettings")[0]?.request).toEqual({ gitInterval: 300 }));
});

test("one switch of the notifications leaves the others; pausing asks for how long", async () => {
  const { user, asked } = await openPage("/settings");
  await user.click(await screen.findByRole("switch", { name: "Something was released" }));
  await waitFor(() =>
    expect(asked("changeSettings")[0]?.request).toEqual({
      notifications: { ready: true, released: false, failed: true, source: true },
    }),
  );
  await user.click(screen.getByRole("button", { name: "Pause…" }));
  await user.click(await screen.findByRole("menuitem", { name: "Until tomorrow" }));
  await waitFor(() => expect(asked("pauseAll")[0]?.request).toEqual({ span: { for: "untilTomorrow" } }));
});

test("the log names who did what, is narrowed by words, and leads to the thing", async () => {
  const { user, asked, router, container } = await openPage("/activity");
  expect(await screen.findByText("could not release")).toBeVisible();
  await expectAccessible(container);
  await user.keyboard("/");
  await user.type(screen.getByRole("searchbox"), "mode");
  await waitFor(() => expect(screen.queryByText("could not release")).toBeNull());
  expect(asked("activity").at(-1)?.request).toEqual({ text: "mode", limit: 100 });
  await user.clear(screen.getByRole("searchbox"));
  await user.click((await screen.findAllByRole("button", { name: "fleet" }))[0] as HTMLElement);
  await waitFor(() => expect(router.state.location.pathname).toBe("/sources"));
});
