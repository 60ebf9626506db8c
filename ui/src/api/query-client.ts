import { QueryClient } from "@tanstack/react-query";

/**
 * Nothing is asked for twice by itself: no polling, no refetch on focus, no retry. What the agent changes arrives as an
 * event that names the cache tags it spoils. The backend is on this machine, so the network is never "offline".
 */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: false,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
