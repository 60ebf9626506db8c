import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { expect } from "vitest";
import { startEvents } from "@/api/events";
import type { Event } from "@/api/generated";
import { makeQueryClient } from "@/api/query-client";
import { replaceTransport } from "@/api/transport";
import { makeRouter } from "@/app/router";
import { ActionsProvider } from "@/lib/actions";
import { drawnTransport } from "../dev/transport";

export interface Call {
  name: string;
  request: unknown;
}

/** Opens a page on the drawn engine. `calls` is what was asked; `tell` is what the engine tells by itself. */
export async function openPage(path: string, answers: Record<string, (request: never) => unknown> = {}) {
  const drawn = drawnTransport({ tags: 0, rows: 0, now: Date.now() });
  const calls: Call[] = [];
  let tell: (event: Event) => void = () => {};
  replaceTransport({
    call: async (name, request) => {
      calls.push({ name, request });
      const answer = answers[name];
      return answer ? answer(request as never) : drawn.call(name, request);
    },
    listen: (handlers) => {
      tell = handlers.onEvent;
      return () => {};
    },
  });
  const client = makeQueryClient();
  await startEvents(client);
  const router = makeRouter(createMemoryHistory({ initialEntries: [path] }));
  const view = render(
    <QueryClientProvider client={client}>
      <ActionsProvider>
        <RouterProvider router={router} />
      </ActionsProvider>
    </QueryClientProvider>,
  );
  return {
    ...view,
    user: userEvent.setup(),
    router,
    calls,
    asked: (name: string) => calls.filter((call) => call.name === name),
    tell: (event: Event) => tell(event),
  };
}

/** Fails with every rule of axe that the page breaks. Colours need a real browser and are checked there. */
export async function expectAccessible(container: Element) {
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`),
  ).toEqual([]);
}
