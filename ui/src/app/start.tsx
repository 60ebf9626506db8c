import "@/styles/app.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startEvents } from "@/api/events";
import { makeQueryClient } from "@/api/query-client";
import { ActionsProvider } from "@/lib/actions";
import { startFonts } from "@/lib/fonts";
import { startLanguage } from "@/lib/i18n";
import { startTheme } from "@/lib/theme";
import { keepPlace } from "./place";
import { makeRouter } from "./router";

/** Opens the window's page. The theme is set before anything is drawn; language and faces are there before the first word. */
export async function start(): Promise<void> {
  startTheme();
  await Promise.all([startLanguage(), startFonts()]);
  const client = makeQueryClient();
  void startEvents(client);
  const router = makeRouter();
  keepPlace(router);
  const host = document.getElementById("root");
  if (!host) throw new Error("index.html has no #root");
  createRoot(host).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={client}>
          <ActionsProvider>
            <RouterProvider router={router} />
          </ActionsProvider>
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
}
