import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAsk } from "@/api/hooks";
import { StateGlyph } from "@/components/state";
import { useImageState } from "@/domain/image-state";
import { policyParams } from "@/domain/pages";
import { idOf } from "@/domain/policy-id";
import { versionText } from "@/domain/step";
import type { PaletteThing } from "./palette";

/** The policies as lines of the palette. They are asked for when it is first opened. */
export function usePaletteThings(isOpen: boolean): readonly PaletteThing[] {
  const navigate = useNavigate();
  const stateOf = useImageState();
  const { data } = useAsk("images", {}, { enabled: isOpen });
  const rows = data?.rows;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words follow the language, which draws the palette anew
  return useMemo(
    () =>
      (isOpen ? (rows ?? []) : []).map((row) => {
        const { tone, word } = stateOf(row.state);
        const version = row.candidate?.to ?? row.inGit;
        return {
          id: idOf(row.policy),
          label: row.policy.name,
          hint: [row.policy.namespace, version ? versionText(version) : "", word].filter(Boolean).join(", "),
          icon: <StateGlyph tone={tone} />,
          open: () => void navigate({ to: "/images/$source/$namespace/$name", params: policyParams(row.policy) }),
        };
      }),
    [isOpen, rows, navigate],
  );
}
