import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ImageRow } from "@/api/generated";
import { Age } from "@/components/age";
import { Chip } from "@/components/chip";
import { State, StateGlyph } from "@/components/state";
import { Pending } from "@/components/states";
import type { Column } from "@/components/table/columns";
import { useGateWords, useImageState } from "@/domain/image-state";
import { versionText } from "@/domain/step";
import { NewVersion } from "@/domain/version-move";
import { ms } from "@/lib/moment";
import { nextRank } from "./filtering";
import { NextCell } from "./next-cell";

/** The table's columns. In a narrow window Age, Rule and Checked leave first, in that order. */
export function useImageColumns(): Column<ImageRow>[] {
  const { t } = useTranslation("images");
  return useMemo<Column<ImageRow>[]>(
    () => [
      {
        id: "policy",
        header: t("column.policy"),
        width: 150,
        grow: 1.1,
        sortBy: (row) => `${row.policy.name} ${row.policy.namespace}`,
        cell: (row) => (
          <span className="text-base" title={`${row.policy.namespace}/${row.policy.name}`}>
            <span className="font-medium">{row.policy.name}</span>{" "}
            <span className="text-small text-fg-muted">{row.policy.namespace}</span>
          </span>
        ),
      },
      {
        id: "image",
        header: t("column.image"),
        width: 150,
        grow: 1.3,
        drop: 4,
        sortBy: (row) => row.image ?? undefined,
        cell: (row) => <ImageName image={row.image} />,
      },
      {
        id: "inGit",
        header: t("column.inGit"),
        width: 104,
        grow: 0.2,
        sortBy: (row) => (row.inGit ? versionText(row.inGit) : undefined),
        cell: (row) =>
          row.inGit && (
            <span
              className="mono text-fg-secondary"
              title={row.inGitDiffers ? t("differs") : (row.inGit.digest ?? undefined)}
            >
              {versionText(row.inGit)}
              {row.inGitDiffers && " …"}
            </span>
          ),
      },
      {
        id: "candidate",
        header: t("column.candidate"),
        width: 132,
        grow: 0.4,
        sortBy: (row) => (row.candidate ? versionText(row.candidate.to) : undefined),
        cell: (row) => <Candidate row={row} />,
      },
      {
        id: "age",
        header: t("column.age"),
        width: 62,
        drop: 1,
        sortBy: (row) => (row.firstSeen === null ? undefined : -ms(row.firstSeen)),
        cell: (row) => row.firstSeen && <Age at={ms(row.firstSeen)} bare className="text-fg-muted" />,
      },
      {
        id: "rule",
        header: t("column.rule"),
        width: 138,
        drop: 2,
        sortBy: (row) => (row.rule ? `${row.rule.kind} ${row.rule.value}` : undefined),
        cell: (row) => row.rule && <Chip kind={row.rule.kind}>{row.rule.value}</Chip>,
      },
      {
        id: "gates",
        header: t("column.gates"),
        width: 128,
        sortBy: (row) => row.state,
        cell: (row) => <Gates row={row} />,
      },
      {
        id: "next",
        header: t("column.next"),
        width: 168,
        grow: 0.3,
        sortBy: nextRank,
        cell: (row) => <NextCell row={row} />,
      },
      {
        id: "checked",
        header: t("column.checked"),
        width: 92,
        drop: 3,
        sortBy: (row) => (row.checkedAt === null ? undefined : -ms(row.checkedAt)),
        cell: (row) => <Checked row={row} />,
      },
    ],
    [t],
  );
}

function ImageName({ image }: { image: string | null }) {
  const { t } = useTranslation("images");
  if (image === null) return <span className="text-fg-muted">{t("noImage")}</span>;
  const slash = image.lastIndexOf("/") + 1;
  return (
    <span className="mono" title={image}>
      <span className="text-fg-muted">{image.slice(0, slash)}</span>
      {image.slice(slash)}
    </span>
  );
}

function Candidate({ row }: { row: ImageRow }) {
  const { t } = useTranslation("images");
  if (row.candidate) return <NewVersion move={row.candidate} />;
  if (row.state === "scanning" && row.chosen === null) return <Pending width={56} />;
  return (
    <span className="text-fg-muted">
      {row.state === "unknown"
        ? t("notKnown")
        : row.state === "stuck"
          ? t("pushed")
          : row.chosen === null
            ? t("nothing")
            : t("newest")}
    </span>
  );
}

function Gates({ row }: { row: ImageRow }) {
  const { t } = useTranslation("images");
  const state = useImageState()(row.state);
  const gateWords = useGateWords();
  const [gate, ...others] = row.gates;
  const words = gate && row.state !== "upToDate" && row.state !== "stuck" ? gateWords(gate) : state.word;
  return (
    <span title={row.gates.map(gateWords).join(", ") || undefined}>
      <State tone={state.tone}>
        {words}
        {others.length > 0 && <span className="text-fg-muted"> {t("more", { count: others.length })}</span>}
      </State>
    </span>
  );
}

function Checked({ row }: { row: ImageRow }) {
  const { t } = useTranslation("images");
  if (row.checkedAt === null) return <span className="text-fg-muted">{t("never")}</span>;
  return (
    <span className="inline-flex items-center gap-1 text-fg-muted">
      {row.isStale && <StateGlyph tone="stale" size={12} />}
      <Age at={ms(row.checkedAt)} stale={row.isStale} />
    </span>
  );
}
