import { useNavigate } from "@tanstack/react-router";
import { Layers } from "lucide-react";
import { useMemo } from "react";
import { useAsk } from "@/api/hooks";
import { useImageState } from "@/domain/image-state";
import { policyParams } from "@/domain/pages";
import { joinClauses } from "@/lib/list";
import type { PaletteThing } from "./palette";

/** Every image, for the palette. They are asked for when it is opened and kept right from then on. */
export function useThings(enabled: boolean): readonly PaletteThing[] {
  const navigate = useNavigate();
  const { data } = useAsk("images", {}, { enabled });
  const stateOf = useImageState();
  return useMemo(
    () =>
      (data?.rows ?? []).map((row) => ({
        id: `${row.policy.source}/${row.policy.namespace}/${row.policy.name}`,
        label: row.policy.name,
        hint: joinClauses([row.policy.namespace, row.inGit?.tag, stateOf(row.state).word]),
        icon: <Layers size={16} strokeWidth={1.75} />,
        open: () => void navigate({ to: "/images/$source/$namespace/$name", params: policyParams(row.policy) }),
      })),
    [data, navigate, stateOf],
  );
}
