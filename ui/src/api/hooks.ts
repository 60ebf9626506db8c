import {
  keepPreviousData,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { keyOf, spoil } from "./cache";
import { type ApiError, call } from "./client";
import { type ActionName, type Commands, commands, type QueryName } from "./generated";

interface AskOptions {
  enabled?: boolean;
  /** Shows the last answer while the next one comes, for questions that change while one types. */
  keepLast?: boolean;
}

/** Asks a question and keeps its answer right: it is asked again when one of its cache tags is spoilt, and never else. */
export function useAsk<Name extends QueryName>(
  name: Name,
  request: Commands[Name]["request"],
  { enabled = true, keepLast = false }: AskOptions = {},
): UseQueryResult<Commands[Name]["response"], ApiError> {
  return useQuery<Commands[Name]["response"], ApiError>({
    queryKey: keyOf(name, request),
    queryFn: () => call(name, request),
    enabled,
    placeholderData: keepLast ? (keepPreviousData as never) : undefined,
  });
}

/** Does something, and spoils the answers that it changes. */
export function useAct<Name extends ActionName>(
  name: Name,
): UseMutationResult<Commands[Name]["response"], ApiError, Commands[Name]["request"]> {
  const client = useQueryClient();
  return useMutation<Commands[Name]["response"], ApiError, Commands[Name]["request"]>({
    mutationFn: (request) => call(name, request),
    // After a failure as well: what it did before it failed is not known.
    onSettled: () => spoil(client, { tags: [...commands[name].spoils], policy: null, source: null }),
  });
}

/** Asks one question for several requests, such as the parts of a history, in their order. */
export function useAskAll<Name extends QueryName>(
  name: Name,
  requests: readonly Commands[Name]["request"][],
): UseQueryResult<Commands[Name]["response"], ApiError>[] {
  return useQueries({
    queries: requests.map((request) => ({
      queryKey: keyOf(name, request),
      queryFn: () => call(name, request),
    })),
  }) as UseQueryResult<Commands[Name]["response"], ApiError>[];
}

/**
 * Does something with a secret in its request. Nothing of it stays: a mutation would keep its request in the cache for a
 * while after it is done.
 */
export function useSecretAct<Name extends ActionName>(
  name: Name,
): (request: Commands[Name]["request"]) => Promise<Commands[Name]["response"]> {
  const client = useQueryClient();
  return async (request) => {
    try {
      return await call(name, request);
    } finally {
      spoil(client, { tags: [...commands[name].spoils], policy: null, source: null });
    }
  };
}
